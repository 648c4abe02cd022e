import { isSpace } from './blanks.ts'

export interface LexedWord {
  text: string
  /** Indices into the source, end exclusive. */
  start: number
  end: number
}

/** Collects words with where they began. */
export class Words {
  list: LexedWord[] = []
  private buffer: string[] = []
  private start = 0
  private inWord = false

  /** BuildKit shares this buffer with the words inside `${…}`, which empties it: `a${X:-b}c` lexes to the word `${X:-b}c`. */
  reset(): void {
    this.buffer = []
  }

  add(char: string, at: number, raw: boolean): void {
    if (!raw && isSpace(char)) {
      if (this.inWord && this.buffer.length > 0) {
        this.finish(at)
        this.inWord = false
      }
      return
    }
    if (this.buffer.length === 0) this.start = at
    this.buffer.push(char)
    this.inWord = true
  }

  addText(text: string, at: number, raw: boolean): void {
    if (raw) {
      if (text !== '') this.add(text, at, true)
      else this.inWord = true
      return
    }
    for (const char of text) this.add(char, at, false)
  }

  finish(at: number): void {
    if (this.buffer.length > 0) this.list.push({ text: this.buffer.join(''), start: this.start, end: at })
    this.buffer = []
  }
}
