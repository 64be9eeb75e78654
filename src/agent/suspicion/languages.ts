/** What is said to take over a model, in other languages than English, in the plain form of `fold.ts`. */
import { type Phrase, phrase, unspaced, words } from './phrase.ts';

export const OTHER_LANGUAGES: readonly Phrase[] = [
  // German
  phrase(
    'override',
    3,
    `(?:ignorier[^ ]{0,4}|missacht[^ ]{0,3}|vergiss|vergesst|vergessen sie|beachte[^ ]{0,2} nicht|verwirf)${words(4)} (?:vorherig[^ ]{0,3}|bisherig[^ ]{0,3}|obig[^ ]{0,3}|fruher[^ ]{0,3}|vorangegangen[^ ]{0,3}|vorig[^ ]{0,3}|ursprunglich[^ ]{0,3}|alle[^ ]{0,2}|deine)${words(3)} (?:anweisung[^ ]{0,3}|instruktion[^ ]{0,3}|befehl[^ ]{0,2}|vorgaben|anleitung[^ ]{0,3}|auftrag[^ ]{0,3})`,
  ),
  phrase(
    'secrecy',
    2,
    `(?:sag|sage|sagen sie|erzahl[^ ]{0,2}|verrat[^ ]{0,2}|informier[^ ]{0,2}|benachrichtig[^ ]{0,2}|teile)${words(3)} (?:dem|den|der) (?:nutzer|benutzer|anwender|nutzerin|menschen)${words(3)} (?:nicht|nichts)`,
  ),
  phrase(
    'address',
    1,
    '(?:ki|kunstliche[^ ]{0,2} intelligenz) ?(?:assistent[^ ]{0,4}|agent[^ ]{0,4}|modell[^ ]{0,3}|system[^ ]{0,3})',
  ),
  phrase(
    'override',
    3,
    `(?:vergiss|vergessen sie|ignorier[^ ]{0,4})(?: alles)?${words(2)} (?:was (?:dir|ihnen|man dir)|deine anweisung[^ ]{0,3}|deine[^ ]{0,2} auftrag)`,
  ),
  phrase('secrecy', 2, `(?:nutzer|benutzer|anwender|mensch) (?:darf|soll|muss)${words(3)} (?:nicht|nichts)`),
  // French
  phrase(
    'override',
    3,
    `(?:ignore[zr]?|oublie[zr]?|ne (?:tiens|tenez) pas compte|fais abstraction|faites abstraction|neglige[zr]?)${words(4)} (?:instructions?|consignes?|directives?|ordres|dintructions?|dinstructions?)${words(2)} (?:precedent[^ ]{0,3}|anterieur[^ ]{0,3}|ci dessus|initial[^ ]{0,3}|recues?)`,
  ),
  phrase(
    'secrecy',
    2,
    `ne (?:le |la |les |lui |rien )?(?:dis|dites|dire|mentionne[^ ]{0,2}|parle[^ ]{0,2}|prevene?z?|previens|informe[^ ]{0,2}|revele[^ ]{0,2}|signale[^ ]{0,2})${words(4)} (?:lutilisateur|lutilisatrice|lusager)`,
  ),
  phrase('address', 1, '(?:assistants?|agents?|modeles?) (?:ia|dia|d ia|de langage)(?![^ ])'),
  // Spanish and Portuguese
  phrase(
    'override',
    3,
    `(?:ignor[aeo][^ ]{0,2}|olvid[ae][^ ]{0,2}|esquec[aei][^ ]{0,2}|desconsider[ae][^ ]{0,2}|descart[ae][^ ]{0,2}|haz caso omiso|no (?:sigas|hagas caso))${words(4)} (?:instrucciones|indicaciones|ordenes|directrices|instrucoes|orientacoes|ordens|diretrizes|comandos)${words(2)} (?:anteriores|previas|previos|iniciales|originales|iniciais|originais|recibidas|acima)`,
  ),
  phrase(
    'override',
    3,
    `(?:ignor[aeo][^ ]{0,2}|olvid[ae][^ ]{0,2}|esquec[aei][^ ]{0,2})${words(2)} (?:anteriores|previas) (?:instrucciones|instrucoes|ordenes|ordens)`,
  ),
  phrase(
    'secrecy',
    2,
    `(?:no|nao)(?: se)?(?: lo| le| o)? (?:digas|diga|cuentes|conte|mencion[ea][^ ]{0,2}|inform[ea][^ ]{0,2}|avis[ea][^ ]{0,2}|reveles?|notifi[^ ]{2,5})${words(4)} (?:al|el|ao|o) (?:usuario|utilizador)`,
  ),
  phrase(
    'address',
    1,
    '(?:asistentes?|agentes?|modelos?|assistentes?) (?:de )?(?:ia|inteligencia artificial|lenguaje|linguagem)(?![^ ])',
  ),
  phrase(
    'override',
    3,
    '(?:ignor[aeo]|olvida|esquec[ae])(?: (?:todas|todo|de))?(?: (?:las|as))? (?:tus|sus|tuas|suas) (?:instrucciones|ordenes|instrucoes|ordens)',
  ),
  phrase(
    'override',
    3,
    '(?:ignore[zr]?|oublie[zr]?)(?: toutes)? (?:tes|vos) (?:instructions|consignes|directives|ordres)',
  ),
  // Italian
  phrase(
    'override',
    3,
    `(?:ignor[ai][^ ]{0,2}|dimentic[ah][^ ]{0,3}|trascur[ai][^ ]{0,2}|non seguire)${words(4)} (?:istruzioni|indicazioni|ordini|direttive|comandi)${words(2)} (?:precedenti|iniziali|originali|ricevut[ei])`,
  ),
  phrase('override', 3, 'ignor[ai][^ ]{0,2}(?: tutte)?(?: le)? precedenti (?:istruzioni|indicazioni)'),
  phrase(
    'secrecy',
    2,
    `non (?:dire|dirlo|menzionare|informare|avvisare|rivelare|comunicare)${words(4)} (?:allutente|lutente|utente)`,
  ),
  // Dutch, Polish, Turkish, Vietnamese, Indonesian
  phrase(
    'override',
    3,
    `(?:negeer|vergeet|volg)${words(3)} (?:vorige|eerdere|bovenstaande|voorgaande|alle|oorspronkelijke)${words(3)} (?:instructies|opdrachten|aanwijzingen|bevelen)`,
  ),
  phrase(
    'override',
    3,
    `(?:zignoruj[^ ]{0,3}|ignoruj[^ ]{0,3}|zapomnij[^ ]{0,3}|pomin)${words(3)} (?:poprzedni[^ ]{0,3}|wczesniejsz[^ ]{0,3}|powyzsz[^ ]{0,3}|wszystkie)${words(3)} (?:instrukcj[^ ]{0,3}|polece[^ ]{0,3}|wskazowk[^ ]{0,3})`,
  ),
  phrase(
    'override',
    3,
    `(?:onceki|yukaridaki|tum)${words(3)} (?:talimat[^ ]{0,8}|yonerge[^ ]{0,8}|komut[^ ]{0,8})${words(2)} (?:yok say[^ ]{0,4}|unut[^ ]{0,4}|gormezden gel[^ ]{0,4}|dikkate alma[^ ]{0,4}|goz ardi et[^ ]{0,4})`,
  ),
  phrase(
    'override',
    3,
    `bo qua${words(4)} (?:huong dan|chi dan|chi thi|lenh|yeu cau)${words(2)} (?:truoc|tren|truoc do)`,
  ),
  phrase(
    'override',
    3,
    `(?:abaikan|lupakan)${words(3)} (?:instruksi|perintah|arahan|petunjuk)${words(2)} (?:sebelumnya|di atas|terdahulu)`,
  ),
  // Russian and Ukrainian
  phrase(
    'override',
    3,
    `(?:(?:про)?игнорируи[^ ]{0,3}|забудь[^ ]{0,3}|отмени[^ ]{0,3}|не следуи[^ ]{0,3})${words(3)} (?:предыдущ[^ ]{1,3}|прежн[^ ]{1,3}|прошл[^ ]{1,3}|вышеуказанн[^ ]{1,3}|все|данные ранее)${words(3)} (?:инструкци[^ ]{1,3}|указани[^ ]{1,3}|команд[^ ]{0,3}|распоряжени[^ ]{1,3}|правил[^ ]{0,3})`,
  ),
  phrase(
    'override',
    3,
    `(?:ігноруи[^ ]{0,3}|забудь[^ ]{0,3}|проігноруи[^ ]{0,3})${words(3)} (?:попередні[^ ]{0,3}|усі|всі)${words(3)} (?:інструкці[^ ]{1,3}|вказівк[^ ]{1,3})`,
  ),
  phrase(
    'secrecy',
    2,
    `не (?:говори|сообщаи|упоминаи|рассказываи|раскрываи)[^ ]{0,3}${words(3)} (?:пользовател[^ ]{1,2}|человеку)`,
  ),
  phrase(
    'address',
    1,
    '(?:ии|искусственн[^ ]{2,4} интеллект[^ ]{0,2}|языков[^ ]{2,3} модел[^ ]{1,3})(?: (?:ассистент|агент|помощник|модел)[^ ]{0,3})?(?![^ ])',
  ),
  // Arabic and Hindi
  phrase(
    'override',
    3,
    `(?:تجاهل|انس|اهمل)[^ ]{0,3}${words(3)} (?:التعليمات|الاوامر|التوجيهات|تعليماتك|الارشادات)${words(2)} (?:السابقة|السابقه|اعلاه|الاصلية)`,
  ),
  phrase(
    'override',
    3,
    `(?:पिछले|पिछली|पूर्व|उपरोक्त|सभी|पहले)${words(3)} (?:निर्देश[^ ]{0,5}|आदेश[^ ]{0,4})${words(3)} (?:अनदेखा|नज[^ ]{0,2}रअंदाज[^ ]{0,2}|भूल|अनदेखी)`,
  ),
  // Chinese, Japanese, Korean
  unspaced(
    'override',
    3,
    '(?:忽略|无视|無視|忽視|忘记|忘記|不要理会|不要遵守|放弃|覆盖).{0,8}(?:之前|以前|上述|上面|先前|前面|以上|此前|原有|所有|一切|你的|全部).{0,8}(?:指令|指示|提示|说明|說明|命令|规则|規則|要求|任务|提示词)',
  ),
  unspaced(
    'secrecy',
    2,
    '(?:不要|别|勿|请勿|不得|不能)(?:告诉|告訴|告知|通知|提醒|透露给).{0,4}(?:用户|用戶|使用者|人类)',
  ),
  unspaced(
    'address',
    1,
    '(?:人工智能|ai ?)(?:助手|代理|模型|助理)|大语言模型|aiアシスタント|aiエージェント|ai ?어시스턴트',
  ),
  unspaced(
    'override',
    3,
    '(?:以前|これまで|上記|今まで|前|すべて|全て|先ほど)の?.{0,10}(?:指示|命令|プロンプト|指令|ルール).{0,6}(?:無視|忘れ|従わない|破棄)',
  ),
  unspaced(
    'secrecy',
    2,
    '(?:ユーザー|利用者|使用者)に?は?.{0,10}(?:言わない|伝えない|知らせない|教えない|報告しない|秘密)',
  ),
  phrase(
    'override',
    3,
    `(?:이전|앞의|위의|지금까지의|모든|기존)(?: ?의)?${words(3)} ?(?:지시[^ ]{0,4}|명령[^ ]{0,4}|지침[^ ]{0,4}|프롬프트[^ ]{0,3})${words(2)} (?:무시[^ ]{0,6}|잊[^ ]{0,6})`,
  ),
  phrase(
    'secrecy',
    2,
    `(?:사용자[^ ]{0,3})${words(3)} (?:말하지|알리지|언급하지) ?(?:마[^ ]{0,4}|않[^ ]{0,4})`,
  ),
];
