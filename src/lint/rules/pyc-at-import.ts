import type { ShellCommand } from '../../dockerfile/shell.ts'
import { hasOption } from '../commands/option-table.ts'
import { pipCommandsOf } from '../commands/pip.ts'
import { installedTools, isOwnModule, modulesImported, unreadScript } from '../commands/python.ts'
import { isOn, isSet } from '../environment.ts'
import { insertAbove } from '../insert.ts'
import { isOnbuild, ofChildren } from '../onbuild.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, DraftEdit, Rule } from '../rule.ts'
import { type StageView, type Step, someBefore, type View } from '../view.ts'
import { quote } from '../wording.ts'

export const pycAtImport: Rule = {
  id: 'RG502',
  title: 'Python writes __pycache__ during the build',
  level: 'warning',
  class: 'now',
  on: true,
  check: view =>
    view.stages.filter(({ windows, reach }) => !windows && reach.whole).flatMap(stage => checkStage(view, stage)),
}

const variable = 'ENV PYTHONDONTWRITEBYTECODE=1'

/** All findings of a stage share one edit: the ENV above the first counts for those below. */
function checkStage(view: View, { steps }: StageView): Draft[] {
  let edit: DraftEdit | null = null
  return steps.flatMap(step => {
    const [draft] = checkStep(view, step)
    if (draft === undefined) return []
    if (!isOnbuild(step)) edit ??= insertAbove(view, step, variable)
    return [ofChildren(view, step, edit === null ? draft : { ...draft, edits: [edit] })]
  })
}

function checkStep(view: View, step: Step): Draft[] {
  for (const command of step.script.commands) {
    const modules = modulesImported(view, step, command)
    if (modules === null || !keepsBytecode(step, command)) continue
    // They came compiled, unless uv put them there.
    if (installedTools.has(command.name) && !someBefore(view, step, runsUv)) continue
    // What pip installed it compiled as well: an import then finds the bytecode and writes none.
    const hasPip = runsPip(view, step) || someBefore(view, step, runsPip)
    if (hasPip && modules.every(name => isOthers(view, name))) continue
    const unsure = modules.every(name => name === unreadScript) || (hasPip && view.context === null)
    return [
      {
        range: command.words[0]?.range ?? command.range,
        level: unsure ? 'notice' : 'warning',
        message: `${quote(command.name)} imports modules here, and Python keeps each one compiled in ${quote('__pycache__')}. A ${quote('.pyc')} holds the time at which its source was written; for sources that the build itself wrote, two builds never agree on it. SOURCE_DATE_EPOCH does not help: imports do not look at it.${hasPip ? ' (What pip installed is compiled already.)' : ''}`,
        fix: {
          text: 'Keep Python from writing bytecode, above this RUN (or only for this command: `PYTHONDONTWRITEBYTECODE=1 python …`).',
          snippet: variable,
        },
        confidence: 'likely',
      },
    ]
  }
  return []
}

/** A package that people install: by the repository it is at hand, else by its name. */
const isOthers = (view: View, name: string): boolean =>
  view.context === null ? published.has(name.split('.')[0] ?? '') : !isOwnModule(view, name)

/** Packages that images commonly run or try during the build. */
const published = new Set(
  `nltk spacy transformers huggingface_hub diffusers datasets sentence_transformers tokenizers torch torchvision torchaudio
   tensorflow keras jax flax numpy scipy pandas pyarrow sklearn skimage cv2 PIL matplotlib seaborn xgboost lightgbm grpc grpc_tools
   google playwright ipykernel jupyter jupyterlab notebook nbconvert nvidia flashinfer vllm sglang triton deepspeed whisper easyocr
   paddleocr paddle tiktoken onnx onnxruntime ray mlflow boto3 requests yaml rasa ultralytics gradio streamlit`.split(
    /\s+/,
  ),
)

/** conda compiles what it installs, as pip does. */
const runsPip = (_: View, step: Step): boolean =>
  pipCommandsOf(step).some(
    pip => pip.action === 'install' && (pip.uv ? uvCompiles(step, pip.command) : !hasOption(pip, '--no-compile')),
  ) ||
  step.script.commands.some(
    ({ name, words }) =>
      /^(conda|mamba|micromamba)$/.test(name) && /^(install|create|env)$/.test(words[1]?.partial ?? ''),
  )

const runsUv = (_: View, step: Step): boolean =>
  step.script.commands.some(command => command.name === 'uv' && !uvCompiles(step, command))

const uvCompiles = (step: Step, command: ShellCommand): boolean =>
  command.words.some(({ value }) => value === '--compile-bytecode' || value === '--compile') ||
  isOn(step, command, 'UV_COMPILE_BYTECODE')

function keepsBytecode(step: Step, command: ShellCommand): boolean {
  if (isSet(step, command, 'PYTHONDONTWRITEBYTECODE')) return false
  if (isSet(step, command, 'PYTHONPYCACHEPREFIX') && isElsewhere(step, step.scope.get('PYTHONPYCACHEPREFIX')))
    return false
  const texts = command.words.slice(1).map(({ partial }) => partial)
  if (texts.some(text => /^-[a-zA-Z]*B[a-zA-Z]*$/.test(text) || /pycache_prefix=/.test(text))) return false
  return !isCleanedUp(step, command)
}

/** Outside the layer: in a mount, or in memory. */
const isElsewhere = (step: Step, folder: string | undefined): boolean =>
  folder === undefined ||
  folder.startsWith('/dev/') ||
  step.mounts.some(
    ({ type, options }) => /^(cache|tmpfs)$/.test(type) && isWithin(absolute(folder), absolute(options.target ?? '/x')),
  )

/** `find / -name __pycache__ -exec rm …`, `rm -rf … __pycache__`, `py3clean`, later in the same RUN. */
const isCleanedUp = ({ script }: Step, { range }: ShellCommand): boolean =>
  script.commands.some(
    later =>
      later.range.start > range.start &&
      (/^py3?clean$/.test(later.name) ||
        (/^(find|rm)$/.test(later.name) && later.words.some(({ partial }) => /__pycache__|\.py\[?c/.test(partial)))),
  )
