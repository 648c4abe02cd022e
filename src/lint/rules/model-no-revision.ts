import { type ModelFetch, modelFetchesOf } from '../commands/model.ts'
import type { Draft, Rule } from '../rule.ts'
import { listed } from '../wording.ts'

export const modelNoRevision: Rule = {
  id: 'RG407',
  title: 'Model or data set without a revision',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.steps.flatMap(step => modelFetchesOf(view, step).map(draftOf)),
}

const fixes: Record<ModelFetch['source'], NonNullable<Draft['fix']>> = {
  hub: {
    text: 'Name the commit of the repository, all 40 digits: `--revision <commit>` on the command line, `revision="<commit>"` in Python. It is on the page of its files, under History.',
    snippet: 'hf download <repository> --revision <commit of 40 digits>',
  },
  torch: {
    text: 'Name the commit of the repository after a colon.',
    snippet: "torch.hub.load('<owner>/<repository>:<commit of 40 digits>', '<model>')",
  },
  ollama: {
    text: 'Ollama tags move, and its registry takes no revision of its own here. Fetch the model once, keep the files where you control them, and ADD them with a checksum.',
  },
  wandb: { text: 'Name the version of the artifact: `name:v3` is the same for ever, `latest` is not.' },
  nltk: {
    text: 'NLTK data has no versions. Fetch the packages once and ADD them with a checksum, or take the files of one commit of nltk/nltk_data.',
    snippet:
      'ADD --checksum=sha256:<sha256> https://raw.githubusercontent.com/nltk/nltk_data/<commit>/packages/<package>.zip /usr/share/nltk_data/',
  },
  spacy: {
    text: 'Install the model as a package of one version, with its hash, from your requirements; or name the version: `spacy download <model>-<version> --direct`.',
  },
}

function draftOf({ names, range, source }: ModelFetch): Draft {
  const what = names.length === 0 ? 'what it is asked for' : listed(names)
  return {
    range,
    message: `This fetches ${what} as it is on the day of the build. Its owners can change it at any time, weights and all: then the same commit builds an image that answers differently, and nobody is told.`,
    fix: fixes[source],
    count: Math.max(1, names.length),
  }
}
