/** By these a program would reach the editor itself, or a key that is there for this extension. */
const WITHHELD = /^(?:VSCODE_|ELECTRON_|ANTHROPIC_)/i;

/** What a program that we start may get of our environment, where it needs most of it. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name)));
}
