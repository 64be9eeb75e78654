/** What is said to take over a model that reads a text, in the plain form of `fold.ts` or as it stands. */
import { OTHER_LANGUAGES } from './languages.ts';
import { type Phrase, phrase, unspaced, words } from './phrase.ts';

/** The kinds of thing that a model is called. */
const MODEL =
  '(?:ai|ais|a i|llms?|language models?|chatbots?|(?:ai |virtual |digital |coding |autonomous |web |browser |browsing |computer use )(?:assistants?|agents?|models?|systems?|bots?)|claude|chatgpt|gpt ?[45]?|copilot|gemini|automated (?:agents?|assistants?|systems?))';

const SECRET =
  '(?:api ?keys?|passwords?|passphrases?|credentials?|secrets|(?:access|auth|session|bearer|github|security|login) tokens?|(?:private|ssh|secret|encryption) keys?|id ?rsa|env files?|environment variables|cookies|credit card[^ ]{0,2}|card numbers?|(?:conversation|chat|browsing) (?:history|log|transcript)|contents? of(?: [^ ]{1,20}){0,3}? (?:env|ssh|aws|passwd|shadow|config)|clipboard|seed phrase|recovery phrase|(?:one time|verification|2fa|mfa) codes?|bank details)';

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
