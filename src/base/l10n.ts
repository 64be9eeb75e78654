/** Puts a text into the user's language; `{0}`, `{1}`, ... stand for the arguments. */
export type Translate = (message: string, ...args: Array<string | number>) => string;

let translate: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (placeholder, index) => String(args[Number(index)] ?? placeholder));

/** Set once at activation; the default leaves English as it is. The host's only translator, so it is module state. */
export function setTranslator(translator: Translate): void {
  translate = translator;
}

/** The text in the user's language. Called when the text is shown or stored, never at module load. */
export const t: Translate = (message, ...args) => translate(message, ...args);
