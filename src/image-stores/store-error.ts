/** An image that cannot be read where it lies. The message says what is wrong, and where. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}
