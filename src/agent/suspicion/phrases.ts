/** What is said to take over a model that reads a text, in the plain form of `fold.ts` or as it stands. */

/**
 * `override`: earlier instructions are to be dropped. `secrecy`: the user is not to know. `address`: a model is spoken
 * to. `orders`: new instructions or a new role. `secrets`: keys and the like are to be given away. `reveal`: its own
 * instructions are to be told. `imitation`: marks of a conversation with a model, or somebody it would obey. `tools`: it
 * is to use its tools, or to run something. `hidden`: words nobody sees. `pressure`: it is made to be urgent.
 */
export type SuspicionKind =
  | 'override'
  | 'secrecy'
  | 'address'
  | 'orders'
  | 'secrets'
  | 'reveal'
  | 'imitation'
  | 'tools'
  | 'hidden'
  | 'pressure';

export interface Phrase {
  readonly kind: SuspicionKind;
  /** How much it says by itself; 3 is enough to be told. */
  readonly weight: number;
  /** Global, and linear: every repetition in it has a small bound. */
  readonly pattern: RegExp;
}

/** Up to so many other words. */
const words = (most: number) => `(?: [^ ]{1,40}){0,${most}}?`;

/** The kinds of thing that a model is called. */
const MODEL =
  '(?:ai|ais|a i|llms?|language models?|chatbots?|(?:ai |virtual |digital |coding |autonomous |web |browser |browsing |computer use )(?:assistants?|agents?|models?|systems?|bots?)|claude|chatgpt|gpt ?[45]?|copilot|gemini|automated (?:agents?|assistants?|systems?))';

const SECRET =
  '(?:api ?keys?|passwords?|passphrases?|credentials?|secrets|(?:access|auth|session|bearer|github|security|login) tokens?|(?:private|ssh|secret|encryption) keys?|id ?rsa|env files?|environment variables|cookies|credit card[^ ]{0,2}|card numbers?|(?:conversation|chat|browsing) (?:history|log|transcript)|contents? of(?: [^ ]{1,20}){0,3}? (?:env|ssh|aws|passwd|shadow|config)|clipboard|seed phrase|recovery phrase|(?:one time|verification|2fa|mfa) codes?|bank details)';

function phrase(kind: SuspicionKind, weight: number, source: string): Phrase {
  return { kind, weight, pattern: new RegExp(`(?<![^ ])(?:${source})`, 'g') };
}

/** In scripts that set no spaces between words. */
function unspaced(kind: SuspicionKind, weight: number, source: string): Phrase {
  return { kind, weight, pattern: new RegExp(source, 'g') };
}

const DROP =
  '(?:ignore|disregard|forget|override|bypass|discard|neglect|stop following|(?:do not|dont) (?:follow|obey|listen to)|cease following|pay no attention to|set aside|supersedes?|replaces?|overrides?)';
const EARLIER =
  '(?:previous|previously|prior|above|earlier|preceding|existing|original|initial|former|current|your|system|foregoing|all|any|every|everything|other|those|past)';

const ENGLISH: readonly Phrase[] = [
  phrase(
    'override',
    3,
    `${DROP}${words(4)} ${EARLIER}${words(3)} (?:instructions?|system prompts?|prompts?|directives?|directions|programming|training|guardrails?|safety (?:rules|guidelines|policies))(?! if you| unless you)(?![^ ])`,
  ),
  phrase(
    'override',
    3,
    `(?:ignore|disregard|forget) (?:everything|all|anything|what(?:ever)?)${words(3)} (?:you (?:were|have been|had been) (?:told|asked|given|instructed|taught)|the user (?:said|told|asked|wants?)|(?:said |written )?(?:above|before this))`,
  ),
  phrase(
    'override',
    2,
    `${DROP}${words(3)} (?:your|user|users)${words(3)} (?:rules?|guidelines?|commands?|orders?|context|task|requests?|goals?|policies|restrictions|constraints|limitations)(?![^ ])`,
  ),
  phrase(
    'secrecy',
    2,
    `(?:(?:do not|dont|never|must not|should not|without)${words(2)} (?:tell|telling|mention|mentioning|inform|informing|notify|notifying|alert|alerting|reveal|revealing|disclose|disclosing|warn|warning|report|reporting|show|showing|ask|asking|consult|consulting|let)${words(5)} (?:user|users|human|humans|operator|person)(?![^ ])|(?:keep|kept|hide|conceal)${words(4)} from the (?:user|human|operator)|(?:user|human) (?:must|should|does|need) not (?:know|see|notice|be (?:told|informed|aware))|secretly)`,
  ),
  phrase(
    'address',
    2,
    `(?:attention|note|notice|message|memo|instructions?|important|dear|hey|hello|hi|ok|listen|directive|hint|reminder|warning|for|to)(?: (?:to|for|all|any|every|the|this|our|important|following|you)){0,4}?${words(2)} ${MODEL}(?: (?:agents?|assistants?|models?|systems?|reading|visiting|processing|browsing|crawlers?|users?))? (?:reading|visiting|processing|browsing|viewing|accessing|summarizing|parsing|analyzing|evaluating|assisting|that (?:reads?|is|are|process(?:es)?|sees?)|who|please|you|this (?:page|document|text|message|site)|must|should|only)(?![^ ])`,
  ),
  phrase(
    'address',
    2,
    `(?:if|since|because|as|when) you(?: are|re)${words(2)} (?:an? )?${words(2)} ?${MODEL}(?![^ ])`,
  ),
  phrase(
    'address',
    2,
    `(?:as|because|since|if) (?:an?|the) ${MODEL}${words(2)}(?: (?:reading|processing|visiting|viewing)${words(4)})? you (?:must|should|need|are required|have to|will|can)`,
  ),
  phrase(
    'address',
    1,
    `(?:${MODEL}|the assistant|the agent|this assistant) (?:agents? |assistants? |models? )?(?:must|should|shall|needs? to|has to|have to|please|is (?:required|instructed|authorized) to|are (?:required|instructed|authorized) to|will now)(?![^ ])`,
  ),
  phrase(
    'address',
    1,
    'you are an? (?:helpful |harmless |honest |expert |ai |smart ){0,3}(?:assistant|agent|ai|language model)',
  ),
  phrase(
    'orders',
    2,
    `(?:(?:your|the) (?:new|updated|revised|real|actual|true|only|sole|primary|first|next) (?:instructions?|task|objective|goal|mission|job|directives?|role|orders|purpose|system prompt)(?: (?:is|are|now|from|as|for|before|will)|$)|new (?:system )?(?:instructions?|directives?|system prompt|orders) (?:for|from|to|you|follow|below|is|are|have|begin|start)|(?:from now on|from this point(?: on| forward)?|henceforth|going forward) you(?: are| will| must| should|re| shall| only)|you are now (?:an? |the |my |in )?${words(3)} ?(?:dan|developer mode|debug mode|god mode|admin mode|maintenance mode|unrestricted|jailbroken|hacker|attacker|root|different (?:ai|assistant)|free from)|(?:follow|obey|execute|carry out|comply with|do) (?:these|the following|this|my)(?: [^ ]{1,20})? (?:instructions?|orders|steps|commands?|directives?)(?: [^ ]{1,20})? (?:instead|immediately|exactly|without|first|before)|(?:pretend|act as if|behave as if|roleplay as|simulate)${words(3)} (?:no restrictions|unrestricted|no rules|an evil|no guidelines)|enter (?:developer|debug|god|admin|maintenance|jailbreak) mode|(?:this|your|the) (?:task|request|instruction|goal)s? (?:has|have|takes?)${words(2)} (?:changed|been (?:updated|replaced|changed)|priority over)|before (?:continuing|proceeding|answering|doing anything|you (?:continue|proceed|answer|respond|summarize|do anything))${words(3)} (?:you )?(?:must|need|have|please|first))`,
  ),
  phrase(
    'orders',
    2,
    'the user (?:has |have )?(?:already |explicitly |just |previously )?(?:authorized|approved|consented|granted|pre approved|confirmed|agreed|given (?:permission|consent)|wants you to|asked you to|asks you to|would like you to)',
  ),
  phrase(
    'orders',
    1,
    '(?:instead|rather) (?:you )?(?:must|should|please|do|output|respond|reply|click|go|navigate|open|say|write|answer|transfer|send|search|find|forward|buy|call|run|tell|copy)(?![^ ])',
  ),
  phrase(
    'secrets',
    2,
    `(?:send|post|upload|email|e mail|mail|forward|transmit|exfiltrate|submit|leak|paste|share|deliver|append|encode|put|type|enter|include|copy|collect|gather|extract|read|give|reply with|respond with|output|print)${words(8)} (?:users? |their |your |all |any |saved |stored |the ){0,3}${SECRET}${words(14)} (?:to|at|into|in|as|via|using|with)${words(3)} (?:https?|www|url|webhook|endpoint|server|address|this (?:form|page|url|address|field|chat|site)|the (?:form|field|comment|url|query|chat|box|next)|query|parameter|comment|us|me|[a-z0-9]{2,30} (?:com|net|org|io|example|test|evil|xyz|ru|cn|invalid))(?![^ ])`,
  ),
  phrase(
    'secrets',
    1,
    `(?:send|post|upload|email|forward|transmit|exfiltrate|leak|steal|harvest|collect|extract|give|hand over|reveal|print|output)${words(5)} (?:users? |their |your |all |any |saved |stored |the ){1,3}${SECRET}`,
  ),
  phrase(
    'reveal',
    3,
    `(?:reveal|print|output|repeat|recite|show|display|tell me|write out|disclose|leak|dump|paste|quote|send)${words(4)} your${words(3)} (?:system prompt|system message|system instructions|initial (?:instructions?|prompt)|original (?:instructions?|prompt)|hidden (?:instructions?|prompt)|secret instructions?|developer message)`,
  ),
  phrase('reveal', 2, 'repeat (?:everything|all|the (?:text|words|instructions))(?: [^ ]{1,20}){0,3}? above'),
  phrase(
    'imitation',
    2,
    `(?:(?:system|security|safety|admin|administrator|developer|priority|emergency|anthropic|openai) (?:override|alert to|directive|instruction update)|(?:message|notice|instructions?|update|request|announcement|orders?|directive|policy) from (?:the )?(?:anthropic|openai|your (?:developers?|creators?|operator|owner|user|makers?)|the system|system administrators?|system|developers|the user|user)(?![^ ])|(?:this is|i am|we are|signed|sincerely)(?: your)?(?: the)? (?:anthropic|openai|your (?:developers?|creators?|owner|operator|system administrator)))`,
  ),
  phrase(
    'tools',
    2,
    `(?:use|using|call|invoke|with) (?:your|the) (?:bash|shell|browser|computer|navigate|terminal|editor|file|screenshot|code execution|str replace based edit)(?: [^ ]{1,20})?? (?:tools?|function|access|capabilities)`,
  ),
  phrase(
    'tools',
    1,
    `(?:run|execute|paste|type)${words(3)} (?:(?:following|this|these|next|below) (?:[^ ]{1,20} )?(?:commands?|script|code|javascript)|curl|wget|rm rf|powershell|base64)|(?:open|start|launch) (?:a |the )?terminal|(?:navigate|go|browse|visit) (?:directly )?to https?|(?:click|press)${words(3)} (?:confirm|transfer|pay|delete|approve|allow|accept|buy|purchase|send|authorize|grant)[^ ]{0,8} (?:button|link|all)|(?:transfer|wire|send)${words(3)} (?:[0-9]{2,9}|money|funds|bitcoin|btc|usd|dollars|eth)|(?:delete|remove|wipe|erase) (?:all|every|the users?)${words(2)} (?:files|data|emails|messages|repositories|records)`,
  ),
  phrase(
    'override',
    2,
    `${DROP}(?: (?:the|any|all|your|these|every)){0,2} (?:safety|security|ethical|ethics|content|usage)${words(1)} (?:rules|guidelines|polic(?:y|ies)|restrictions|filters|checks|protocols)`,
  ),
  phrase(
    'orders',
    2,
    `(?:(?:previous|prior|earlier|your|current|original)${words(2)} (?:tasks?|instructions?|requests?|orders|goals?)|instructions you (?:received|were given|got|have)${words(2)}) (?:is|are|was|were|has been|have been)(?: now)? (?:cancel[^ ]{2,4}|void|outdated|superseded|replaced|invalid|over|revoked|obsolete|withdrawn|no longer|complete|fake|wrong)`,
  ),
  phrase(
    'orders',
    2,
    `(?:stop (?:what you are doing|what youre doing|your (?:current )?(?:task|work))|the user (?:forgot|neglected) to (?:tell|mention|ask|say|add)|drop (?:what you are doing|your (?:current )?task)|i (?:hereby )?(?:order|command|instruct) you to)`,
  ),
  phrase(
    'orders',
    1,
    'do not (?:summarize|summarise|answer|respond to|translate|complete|continue with) (?:this|the|that|your)',
  ),
  phrase('orders', 1, 'new task'),
  phrase(
    'address',
    2,
    '(?:to|for|attention|dear|note|notice)(?: (?:the|any|all|every|our)){0,2} (?:assistants?|agents?|models?|bots?|crawlers?|machines?) (?:summari[sz]ing|reading|processing|parsing|browsing|visiting|(?:who|that|which) (?:reads?|summari[sz]es?|process(?:es)?|visits?))',
  ),
  phrase(
    'imitation',
    2,
    '(?:as|i am|im|this is|speaking as) (?:the|your) (?:developer|creator|owner|administrator|admin|operator|maker|supervisor|principal)s?(?: [^ ]{1,20}){0,4}? (?:i|you|instruct|order|assistant|ai|speaking)(?![^ ])',
  ),
  phrase(
    'tools',
    1,
    `(?:buy|purchase|order|redeem)${words(4)} gift cards?|gift card|grant${words(3)} (?:access|permissions?|admin)|must be (?:opened|clicked|visited|entered|sent|executed|run|approved|transferred|forwarded)|(?:forward|send) (?:it|them|this|that|a copy)${words(6)} to`,
  ),
  phrase(
    'pressure',
    1,
    '(?:you must|you are required to|it is (?:critical|mandatory|imperative|vital|essential) that you|mandatory|do (?:this|it|so) (?:now|immediately|silently|first)|immediately (?:and|send|run|click|open|navigate|execute|stop|do))(?![^ ])',
  ),
];

const OTHER_LANGUAGES: readonly Phrase[] = [
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

/** Letters set apart leave no trace of where words began. */
const SQUASHED: readonly Phrase[] = [
  unspaced(
    'override',
    3,
    '(?:ignore|disregard|forget)(?:all|any)?(?:of)?(?:the|your|my|these)?(?:previous|prior|above|earlier|preceding|system)(?:instruction|prompt|direction|directive|rule|command)',
  ),
];

/** Looked for in the plain form of a text. */
export const FOLDED_PHRASES: readonly Phrase[] = [...ENGLISH, ...OTHER_LANGUAGES, ...SQUASHED];

const mark = (weight: number, pattern: RegExp): Phrase => ({ kind: 'imitation', weight, pattern });

/** Looked for in a text as it stands: marks that a plain form leaves nothing of. */
export const MARKS: readonly Phrase[] = [
  mark(
    2,
    /<\|(?:im_start|im_end|system|user|assistant|endoftext|end_of_text|eot_id|start_header_id|begin_of_text)\|>/gi,
  ),
  mark(
    2,
    /\[\/?INST\]|<<\/?SYS>>|\[\/?(?:SYSTEM|ASSISTANT) ?(?:PROMPT|MESSAGE|OVERRIDE|INSTRUCTIONS?|NOTICE)\]/gi,
  ),
  mark(
    2,
    /<\/?(?:system[-_ ]?(?:prompt|message|reminder|instructions?|override|note)|assistant|human|user[-_ ]?(?:message|instructions?|request)|tool[-_ ]?(?:results?|response|use|call|output)|function[-_]?(?:results?|calls?|response)|function|browser[-_]state|antml:[a-z_]{1,20}|claude[-_ ]?[a-z]{0,20})(?:\s[^<>]{0,80})?>/gi,
  ),
  mark(
    1,
    /<\/?(?:system|user|admin|developer|instructions?|important|document|web_?page|search_results|untrusted[a-z_-]{0,20}|page[-_]?(?:content|text))>/gi,
  ),
  mark(1, /\[(?:system|assistant|user|admin|developer)\]/gi),
  mark(
    2,
    /(?:^|\n)[ \t>*#_-]{0,8}(?:system|developer|assistant|admin)[ -]?(?:prompt|message|instructions?|override|notice|note|alert)[*_]{0,2}[ \t]{0,3}:/gi,
  ),
  mark(
    1,
    /(?:^|\n)[ \t>*#_-]{0,8}(?:system|human|assistant|user|developer|claude|ai)[*_]{0,2}[ \t]{0,3}[:,]/gi,
  ),
  mark(
    1,
    /end of (?:the )?(?:document|page|content|input|context|web ?page|tool (?:results?|output)|user data|untrusted content)\b/gi,
  ),
];
