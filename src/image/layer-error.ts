/** A layer or blob that cannot be trusted as read: cut off, damaged, lying or out of bounds. Never an equal layer. */
export class LayerError extends Error {
  override name = 'LayerError'
  /** What is wrong, without the place. */
  reason: string
  /** Which layer, and where in it, in words; empty when the place is not known yet. */
  place: string

  constructor(reason: string, place = '', options?: ErrorOptions) {
    super(place === '' ? reason : `${place}: ${reason}`, options)
    this.reason = reason
    this.place = place
  }
}

/** Hostile text made fit for a message: quoted, control characters escaped, at most `limit` characters. */
export function quoted(text: string, limit = 120): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text
  return JSON.stringify(cut)
}
