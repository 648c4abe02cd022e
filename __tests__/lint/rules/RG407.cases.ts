import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('hf download', `${base}RUN «hf» download org/model --local-dir /m\n`, {
      level: 'warning',
      class: 'drift',
      says: /`org\/model`.*--revision/s,
    }),
    found('huggingface-cli', `${base}RUN «huggingface-cli» download org/model config.json\n`),
    found('a branch', `${base}RUN «hf» download org/model --revision main\n`),
    found('a tag', `${base}RUN «hf» download --revision=v1.0 org/model\n`),
    found('the name from ARG', `${base}ARG MODEL=org/model\nRUN «hf» download $MODEL\n`, { says: /org\/model/ }),
    found(
      'snapshot_download',
      `${base}RUN python -c "from huggingface_hub import snapshot_download; «snapshot_download»('org/model')"\n`,
    ),
    found(
      'from_pretrained, one finding for a program',
      `${base}RUN python3 -c 'from transformers import AutoModel, AutoTokenizer; AutoModel.«from_pretrained»("bert-base-uncased"); AutoTokenizer.from_pretrained("gpt2")'\n`,
      { says: /`bert-base-uncased` and `gpt2`/ },
    ),
    found('escaped quotes', `${base}RUN python -c "import x; x.«from_pretrained»(\\"org/model\\")"\n`),
    found('over lines', `${base}RUN python -c "from t import A; \\\n  A.«from_pretrained»('org/model')"\n`),
    found(
      'heredoc',
      `${base}RUN <<EOF python3\nfrom huggingface_hub import hf_hub_download\n«hf_hub_download»(repo_id="org/model", filename="x")\nEOF\n`,
    ),
    found(
      'python <<EOF',
      `${base}RUN python3 <<EOF\nMODEL = "org/model"\nfrom t import A\nA.«from_pretrained»(MODEL)\nEOF\n`,
    ),
    found('a shebang', `${base}RUN <<EOF\n#!/usr/bin/env python3\nimport nltk\n«nltk.download»("punkt")\nEOF\n`, {
      says: /`punkt`/,
    }),
    found('a revision that is a tag', `${base}RUN python -c "A.«from_pretrained»('org/m', revision='v1')"\n`),
    found('sentence-transformers', `${base}RUN python -c "S=1; «SentenceTransformer»('all-MiniLM-L6-v2')"\n`),
    found('torch.hub', `${base}RUN python -c "import torch; «torch.hub.load»('pytorch/vision:v0.10.0', 'resnet18')"\n`),
    found('nltk', `${base}RUN «python» -m nltk.downloader punkt stopwords\n`, { says: /`punkt` and `stopwords`/ }),
    found('spaCy', `${base}RUN «python3» -m spacy download en_core_web_sm\n`),
    found('spacy', `${base}RUN «spacy» download en_core_web_sm\n`),
    found(
      'by another name',
      `${base}RUN python -c "from huggingface_hub import hf_hub_download as d; «d»('org/m','f')"\n`,
      {
        says: /`org\/m`/,
      },
    ),
    found(
      'a variable of the Dockerfile in the program',
      `${base}ENV MODEL=org/m\nRUN python -c "from s import SentenceTransformer as st; «st»('\${MODEL}')"\n`,
      { says: /`org\/m`/ },
    ),
    found('uv run', `${base}RUN uv run --frozen python -c "from s import CrossEncoder; «CrossEncoder»('org/m')"\n`),
    found('poetry run', `${base}RUN poetry run «huggingface-cli» download org/m\n`),
    found('a pipeline', `${base}RUN python -c "from t import pipeline; «pipeline»('text-to-speech', model='org/m')"\n`),
    found('ollama', `${base}RUN ollama serve & sleep 5 && «ollama» pull llama3:8b\n`),
    found('wandb', `${base}RUN «wandb» artifact get team/project/model:latest\n`),
  ],
  silent: [
    silent('a commit', `${base}RUN hf download org/model --revision ${commit}\n`),
    silent('a commit with =', `${base}RUN huggingface-cli download --revision=${commit} org/model\n`),
    silent('a revision that is not known', `${base}ARG REV\nRUN hf download org/model --revision $REV\n`),
    silent('a revision in a variable', `${base}ARG REV=${commit}\nRUN hf download org/model --revision $REV\n`),
    silent('a model that is not known', `${base}RUN hf download $MODEL\n`),
    silent('a commit in Python', `${base}RUN python -c "A.from_pretrained('org/m', revision='${commit}')"\n`),
    silent('a commit by name', `${base}RUN python -c "REV='${commit}'; A.from_pretrained('org/m', revision=REV)"\n`),
    silent(
      'a revision of the environment',
      `${base}RUN python -c "A.from_pretrained('org/m', revision=os.environ['R'])"\n`,
    ),
    silent('a local path', `${base}RUN python -c "A.from_pretrained('/models/x'); A.from_pretrained('./x')"\n`),
    silent('a variable that is not known', `${base}ARG MODEL\nRUN python -c "A.from_pretrained('$MODEL')"\n`),
    silent('a pipeline without a model', `${base}RUN python -c "from t import pipeline; pipeline('ner')"\n`),
    silent('uv run of something else', `${base}RUN uv run train.py && poetry run pytest\n`),
    silent('a name that is not known', `${base}RUN python -c "import sys; A.from_pretrained(sys.argv[1])" org/m\n`),
    silent('local files only', `${base}RUN python -c "A.from_pretrained('org/m', local_files_only=True)"\n`),
    silent('torch.hub at a commit', `${base}RUN python -c "torch.hub.load('o/r:${commit}', 'm')"\n`),
    silent('torch.hub of a folder', `${base}RUN python -c "torch.hub.load('/src', 'm', source='local')"\n`),
    silent('spaCy of one version', `${base}RUN python -m spacy download en_core_web_sm-3.7.1 --direct\n`),
    silent('an artifact of one version', `${base}RUN wandb artifact get team/project/model:v3\n`),
    silent('imported only', `${base}RUN python -c "from huggingface_hub import snapshot_download"\n`),
    silent('installed', `${base}RUN pip install huggingface_hub spacy nltk\n`),
    silent('logged in', `${base}RUN hf auth login --token x && ollama list && spacy info\n`),
    silent('only said', `${base}RUN echo "hf download org/model"\n`),
    silent('a comment in Python', `${base}RUN <<EOF python3\n# A.from_pretrained("org/m")\nprint(1)\nEOF\n`),
    silent('written into a file', `${base}COPY <<EOF /app/run.py\nA.from_pretrained("org/m")\nEOF\n`),
    silent('at run time', `${base}CMD ["python", "-c", "A.from_pretrained('org/m')"]\n`),
    silent('an unreachable stage', `FROM python:3.12 AS b\nRUN hf download org/m\nFROM scratch\n`),
  ],
}
