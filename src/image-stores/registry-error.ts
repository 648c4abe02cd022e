import { StoreError } from './store-error.ts'

/** An image that a registry does not give. The message says what happened and what to do; never a credential. */
export class RegistryError extends StoreError {}
