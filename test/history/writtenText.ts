/** What the writer process says in item `at`. */
export function itemText(at: number): string {
  return `Item ${at}. `.repeat(100 + (at % 7));
}
