// A worker thread, and somebody who looks whether it goes on: an input that never ends, or that takes all memory, ends the
// worker and not the run, and is known.
import { Worker } from 'node:worker_threads'
import { root } from './program.mjs'

const longest = 64 * 1024
const head = 16

/** What a worker may take. */
const limits = { heapMiB: 256, moreMiB: 768, hangSeconds: 10 }

/** How an input ended the worker that read it. */
class Ended extends Error {
  constructor(sign, bytes) {
    super(sign)
    this.bytes = bytes
  }
}

export class Watched {
  #programs
  #hangSeconds
  #worker = null
  #numbers = null
  #bytes = null

  /** @param programs paths of engine and program; `hangSeconds`: of the processor, after which an input is given up */
  constructor(programs, hangSeconds = limits.hangSeconds) {
    this.#programs = programs
    this.#hangSeconds = hangSeconds
  }

  /**
   * Has a task done.
   * @param told is shown all that the worker says before it is done
   * @throws Ended
   */
  async task(task, told = () => {}) {
    const worker = this.#worker ?? this.#start()
    return await new Promise((resolve, reject) => {
      const over = () => {
        clearInterval(timer)
        worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit')
      }
      const lost = sign => {
        over()
        const bytes = Buffer.from(this.#bytes.subarray(0, this.#numbers[1]))
        void this.end().then(() => reject(new Ended(sign, bytes)))
      }
      worker.on('message', message => {
        if (message.kind !== 'done' && message.kind !== 'tried') return told(message)
        over()
        resolve(message)
      })
      worker.on('error', error =>
        lost(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : `died: ${error.stack}`),
      )
      worker.on('exit', code => lost(`exit ${code}`))
      const atStart = process.memoryUsage.rss()
      let [turn, since] = [-1, process.cpuUsage()]
      const timer = setInterval(() => {
        const now = Atomics.load(this.#numbers, 0)
        if (process.memoryUsage.rss() - atStart > limits.moreMiB * 1024 ** 2) return lost('out of memory (buffers)')
        if (now !== turn) {
          turn = now
          since = process.cpuUsage()
          return
        }
        const { user, system } = process.cpuUsage(since)
        if (turn > 0 && (user + system) / 1e6 > this.#hangSeconds) lost('hangs')
      }, 100)
      worker.postMessage(task)
    })
  }

  async end() {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #start() {
    const shared = new SharedArrayBuffer(head + longest)
    this.#numbers = new Int32Array(shared, 0, 4)
    this.#bytes = new Uint8Array(shared, head)
    this.#worker = new Worker(this.#programs.engine, {
      workerData: { root, shared, program: this.#programs.program },
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMiB, stackSizeMb: 4 },
      stdout: true,
    })
    return this.#worker
  }
}
