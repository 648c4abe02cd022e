export { createExec } from '../process.ts'
