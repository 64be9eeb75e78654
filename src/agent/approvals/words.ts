/** What the name of a control says that it does. */
import type { CallTarget } from '../../computer/callTarget.ts';
import type { Consequence } from '../../protocol/approvals.ts';

type Said = Extract<
  Consequence,
  'pay' | 'transfer' | 'delete' | 'sign' | 'subscribe' | 'publish' | 'send' | 'submit' | 'confirm'
>;

/**
 * Beginnings of words, in small letters and without accents: English, German, French, Spanish, Italian, Portuguese, Dutch,
 * Swedish, Danish, Norwegian, Polish, Turkish, Russian. `=` before one: the whole word. What is graver comes first.
 */
const WORDS: Readonly<Record<Said, string>> = {
  pay: `=pay payment purchas =buy =order checkout =donate =bid =rent =invest =book kauf bezahl =zahlen zahlungspflicht
    bestell =spenden =buchen achet payer paiement commander =commande =reserver compra pagar pedir =pedido acquist
    =ordina pagament =paga betaal =koop =kopen bestel =kop betala =betal bestill kjop =kob zaplac =kup kupuj zamaw zamow
    =satin_al =ode odeme siparis купить оплат заказать платить`,
  transfer: `transfer =withdraw uberweis virement =virer bonifico trasfer overmak overfor overschrijv przelew przelej
    havale перевести перевод`,
  delete: `=delete close_account close_my_account empty_trash empty_bin empty_recycle erase =destroy =wipe =terminate deactivat losch supprim effacer elimin borrar =cancella =cancellare
    =apagar excluir verwijder =wissen radera =slett =slet =usun =usunac =sil удалить стереть`,
  sign: `=sign esign unterschreib unterzeichn =signer firmar assinar onderteken underteckna podpisz imzala подписать`,
  subscribe: `start_free_trial start_your_free start_my_free start_trial subscrib abonn suscrib abbonat iscriviti subskryb =abone подписаться =join =enroll`,
  publish: `merge_pull squash_and_merge rebase_and_merge publish =post =tweet =share =broadcast =deploy veroffentlich =teilen publier =partager pubblica publicar
    compartir condivi compartilhar publiceer =delen publicera opublikuj udostepn yayinla paylas опубликовать поделиться`,
  send: `=send resend =reply senden =antworten envoy =repondre enviar responder =invia =rispondi verstuur verzend stuur
    skicka =svara =svar wyslij gonder отправить ответить`,
  submit: `submit einreichen abschicken soumettre =valider submeter indienen =lamna_in indsend przeslij =apply_now
    bewerben postuler`,
  confirm: `confirm =accept =agree approve authoriz authoris =allow =grant bestatig akzeptier =zustimmen genehmig
    =erlauben =accepter autoris aceptar aceitar autorizar conferma =accetta bevestig accepteer godkann bekraft bekraeft
    =godta potwierdz zatwierdz akceptuj onayla =kabul подтвердить принять разрешить`,
};

/** Parts of names in scripts that put no spaces between words: Japanese, Chinese, Korean, Arabic, Hindi, Thai. */
const PARTS: Readonly<Record<Said, string>> = {
  pay: '💳 購入 注文 支払 決済 购买 購買 付款 支付 下单 结算 결제 구매 주문 شراء ادفع الدفع خरीद भुगतान ซื้อ ชำระ',
  transfer: '振込 送金 转账 轉帳 汇款 송금 이체 تحويل โอน',
  delete: '🗑 削除 消去 删除 刪除 삭제 حذف हटा ลบ',
  sign: '署名 签署 簽署 签名 서명 توقيع',
  subscribe: '購読 登録する 订阅 訂閱 구독 اشترك',
  publish: '公開 投稿 共有 发布 發佈 分享 게시 공유 نشر',
  send: '送信 返信 发送 發送 傳送 보내기 전송 إرسال भेज ส่ง',
  submit: '提出 申請 提交 제출 تقديم',
  confirm: '確認 承認 同意 許可 确认 批准 확인 동의 승인 تأكيد पुष्टि ยืนยัน',
};

/** Names with words of those above that say something else. */
const HARMLESS =
  /\b(sign[ -](in|up|on|out)|order by|sort order|order (history|status|details)|post ?code|accept all)\b/g;

/** Banners that ask about these are everywhere, and what they ask harmless. Elsewhere cookies are bought. */
const COOKIES = /\bcookies?\b/;
const ASKED_OF_COOKIES: ReadonlySet<Said> = new Set(['submit', 'confirm']);

/** Letters of other scripts that look like Latin ones, in that order. */
const LOOKALIKES = ['авеёкмнорстухіјѕԁɡһԛԝωνορετικα', 'abeekmhopctyxijsdghqwwvopetika'] as const;

/** What has no shape of its own: pages hide breaks in words with it, and others hide words. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

const RULES: ReadonlyArray<readonly [Said, RegExp]> = (Object.keys(WORDS) as Said[]).map((said) => {
  const words = WORDS[said].split(/\s+/).map((word) => plain(word.replaceAll('_', ' ')));
  const alternatives = words.map((word) => (word.startsWith('=') ? `${word.slice(1)}(?!\\p{L})` : word));
  const parts = PARTS[said].split(' ').map((part) => plain(part));
  return [said, new RegExp(`(?<!\\p{L})(?:${alternatives.join('|')})|${parts.join('|')}`, 'u')];
});

/**
 * What a control of this name does; undefined where it says nothing of the kind.
 * @param maxWords - a longer name is no command but a sentence
 */
export function consequenceOf(name: string, maxWords = Number.POSITIVE_INFINITY): Said | undefined {
  const known = plain(name);
  if (known.split(' ').length > maxWords) return undefined;
  for (const written of new Set([known, latin(known)])) {
    const text = written.replace(HARMLESS, ' ');
    const rule = RULES.find(([, pattern]) => pattern.test(text));
    if (rule && !(ASKED_OF_COOKIES.has(rule[0]) && COOKIES.test(text))) return rule[0];
  }
  return undefined;
}

/** In what makers of pages call icons and buttons among themselves, which is English. Nouns of theirs, such as a post, are left out. */
const CLUES: ReadonlyArray<readonly [Said, RegExp]> = [
  ['pay', /\b(pay|buy|purchase|checkout|donate)\b/],
  ['delete', /\b(delete|trash|trashcan|erase|wipe)\b/],
  ['publish', /\b(publish|tweet)\b/],
  ['send', /\b(send|paper ?plane)\b/],
];

/** What a control without words does, by one of its {@link CallTarget.clues}. */
export function consequenceOfClue(clue: string): Said | undefined {
  return CLUES.find(([, pattern]) => pattern.test(clue))?.[0];
}

function plain(text: string): string {
  return text
    .replace(UNSEEN, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .replace(/\s+/g, ' ')
    .trim();
}

function latin(text: string): string {
  const [from, to] = LOOKALIKES;
  return text.replace(/[^\p{ASCII}]/gu, (letter) => {
    const at = from.indexOf(letter);
    return at === -1 ? letter : (to[at] ?? letter);
  });
}
