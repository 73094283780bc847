/** What the rules in words say of a value that they refuse: the code of its error. */
export class Refusal {
  constructor(readonly code: string) {}
}
