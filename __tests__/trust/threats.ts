/** A test that keeps a promise: its file below `__tests__`, and its name. */
export type Kept = readonly [file: string, name: string]

/** The rows of docs/threat-model.md, by their first cell, and the tests that keep what they promise. */
export const threats: Readonly<Record<string, readonly Kept[]>> = {
  Dockerfile: [
    ['dockerfile/property.test.ts', 'is read without a throw, and every position maps back'],
    ['lint/hostile.test.ts', 'long lines, many lines and deep nesting end soon'],
    ['host/log.test.ts', 'no text is a command'],
    ['report/hostile-markdown.test.ts', 'an annotation is plain text within the limits, and nothing in it is unseen'],
    ['trust/hostile-author.test.ts', 'a Dockerfile that tries to command the runner'],
    ['trust/links-out.test.ts', 'a Dockerfile is refused; one that leads elsewhere in the repository is read'],
    ['trust/links-out.test.ts', 'an ignore file out of its folder is none, as for docker'],
  ],
  'RUN steps of the Dockerfile': [
    ['host/run.test.ts', 'children see neither inputs nor tokens, and builds only those that are named as secrets'],
    ['trust/one-door.test.ts', 'a child has the environment that it is given, and nothing of ours'],
    ['engine/secrets-traced.engine.test.ts', 'a gate that finds a difference'],
    ['github/event.test.ts', 'is refused, with the way out'],
  ],
  '.repro-gate.yml, compose and bake files': [
    ['options/config.test.ts', 'neither a bomb of aliases nor a tower of brackets takes it down'],
    ['options/config.test.ts', 'what is not there, is a folder, is huge or stands twice is told'],
    ['subjects/subjects.test.ts', 'may not lead out of its repository, by a path or by a link'],
    ['subjects/bake-file.test.ts', 'no text stops it, and none takes long'],
    ['subjects/compose.test.ts', 'no text stops it'],
    ['trust/hostile-author.test.ts', 'a compose or bake file that asks for a token of the job'],
    ['trust/links-out.test.ts', 'a configuration is refused, found or named'],
    ['trust/links-out.test.ts', '%s is refused by the lint and by the gate'],
    ['trust/links-out.test.ts', 'the .env that docker reads beside a compose file is refused by the gate'],
    [
      'trust/bake-tokens.test.ts',
      'a bake file that asks for a token of the job as a secret is refused, unless the user gives it',
    ],
  ],
  'Program that smoke-command runs': [
    ['smoke/plan.test.ts', 'runs the command without network, and takes the files of a stage of their own'],
    ['smoke/plan.test.ts', 'has the very words of any command, and no other instruction'],
    ['smoke/output.test.ts', 'keeps no more of a lot of output than it needs'],
    ['smoke/output.test.ts', 'a secret is out before a line is cut, or told in hex'],
    ['engine/smoke.engine.test.ts', 'the network is off'],
  ],
  'Repository given to init': [
    ['init/init.test.ts', 'stays, byte for byte'],
    ['init/init.test.ts', 'no link is followed, whatever it leads to'],
    ['init/init.test.ts', 'names with escapes in them reach no terminal'],
    ['trust/hostile-author.test.ts', 'a repository whose every file would run something'],
  ],
  'Dockerfile given to fix': [
    ['fix/fix.test.ts', 'is never a file outside, wherever a link points'],
    ['fix/fix.test.ts', 'a dry run gives the same diff, and writes nothing'],
    ['fix/lookup.test.ts', 'is what imagetools says of the reference, asked with an argument list'],
    ['fix/lookup.test.ts', 'no password of an address is ever told'],
  ],
  'Build log': [
    ['host/log.test.ts', 'foreign lines are behind a fence that ends before our own'],
    ['host/log.test.ts', 'every fence has a word of its own'],
    ['trust/kept-logs.test.ts', 'a log takes the place of a link, and never writes where it leads'],
    ['engine/secrets-traced.engine.test.ts', 'the action, which tells GitHub of it'],
  ],
  'Build context': [
    ['lint/context.test.ts', 'a symlink out of the context is listed, not followed, not read'],
    ['lint/hostile-size.test.ts', 'a context of many files, and a broad COPY'],
    ['lint/git.test.ts', 'no program that the repository names is run'],
  ],
  Image: [
    ['image-stores/open-store.test.ts', 'bytes of any kind are an error of ours, never a crash'],
    ['image-stores/open-store.test.ts', 'what cannot be trusted is said, with its place'],
    ['image/hostile.test.ts', 'a bomb is unpacked in pieces, and read to its end'],
    ['image/hostile.test.ts', 'are found when they must not be trusted'],
  ],
  'Record of another machine or job': [
    ['ledger/hostile.test.ts', 'a bomb ends in bounded memory'],
    ['ledger/hostile.test.ts', 'whatever is changed in it, it is a record or it is refused with words'],
    ['commands/compare-records.test.ts', 'one file is not two records'],
    ['commands/compare-records.test.ts', 'a record with something else, and what only looks like one'],
    ['github/two-machines.test.ts', 'asks for no right but to read, and for no secret that must be given'],
  ],
  'Provenance beside an image, or a record, that is replayed': [
    ['replay/plan-image.test.ts', 'an address nearby that nobody here named: %s'],
    ['replay/plan-image.test.ts', 'none goes to who did not ask for it, or to an address that nobody here named'],
    ['replay/plan-image.test.ts', 'whatever stands in it, there is a plan or a ProvenanceError, within a moment'],
    ['replay/plan-record.test.ts', 'privileges are the user’s to give'],
    [
      'engine/replay.engine.test.ts',
      'of a provenance that is about another image, or whose Dockerfile is not that of the commit, nothing is proven',
    ],
  ],
  'Record, or last proof of the ledger, that drift builds again': [
    ['engine/drift.engine.test.ts', 'a commit that is on no branch is nobody’s that we know, and is not built'],
    ['engine/drift.engine.test.ts', 'other inputs are told first, and are no drift'],
    ['github/drift-issue.test.ts', 'is found among its own author’s alone, on any page, and is no pull request'],
    ['github/drift-issue.test.ts', 'pings nobody, and names lines of the commit that was built'],
  ],
  'Registry, API': [
    ['image-stores/registry.test.ts', 'silence has a deadline, and the run can be ended before'],
    ['image-stores/registry.test.ts', 'a blob that is cut off is gone on with where it broke'],
    ['github/check-run.test.ts', 'gives up on a server that never answers, within its deadlines'],
    ['github/contract.test.ts', 'that fails once is made up for, or its remedy is told; nothing stands there twice'],
  ],
  'report.json of another run (mode: report)': [
    ['report/read-report.test.ts', 'with %s is refused, and the place is told'],
    ['commands/report.test.ts', 'reads no more than a report may have'],
    ['commands/report.test.ts', 'says what is wrong with any other file, and never shows what is in it'],
    ['github/problem.test.ts', 'is taken for the commit of that run, and for no other'],
  ],
  'Record of another machine (verify, compare)': [
    ['ledger/hostile.test.ts', 'texts that are each in bounds are not, all together'],
    ['ledger/unequal-inputs.test.ts', 'foreign text is cut and has no control characters'],
    ['ledger/unequal-inputs.test.ts', 'what was not written down is said to be unknown, not equal'],
    ['ledger/linked.test.ts', 'a text that is not that of its SHA-256 is refused'],
  ],
  'Image or digest to be held against (against, expected-digest)': [
    ['commands/more-lies.test.ts', 'a manifest that says one thing to us and another to an engine'],
    ['commands/more-lies.test.ts', 'archives whose layers have the name of a digest, and other bytes'],
    ['image-stores/registry.test.ts', 'another manifest than the digest asked for'],
    ['image-stores/registry.test.ts', 'is not fetched from %s'],
  ],
  'Attestation beside an image (provenance)': [
    ['image-stores/platforms.test.ts', 'with an attestation that lies: the image is the same without it'],
    ['explain/attested-build.test.ts', 'of anything else nothing is known, and nothing breaks'],
  ],
  'report.json or predicate that is signed later': [
    ['report/predicate.test.ts', 'has an attribute for each image and platform'],
    ['github/workflows.test.ts', 'attests what the gate published, under its digest'],
    ['docs/attestation.test.ts', 'has a place for every policy that a statement refers to'],
  ],
  'Reader of an attestation': [
    ['report/predicate.test.ts', 'says what was proven, on what it stands, and what it does not mean'],
    ['report/predicate.test.ts', 'names the image as a registry knows it, and no SLSA level'],
    ['report/predicate.test.ts', 'there is one of no golden report but the proven ones'],
  ],
  'Registry that is published to (push)': [
    ['release/release.test.ts', 'moves no tag where the registry says that it took a layer, and did not'],
    ['release/release.test.ts', 'puts the tags of one image back where those of another cannot be moved'],
    ['image-stores/repository.test.ts', 'never sends what it writes on to another place'],
    [
      'image-stores/registry.test.ts',
      'a token that the registry does not take ends it, and is not said again in any message',
    ],
  ],
  'The cache that the ledger is kept in, and whoever may write it': [
    ['ledger/actions-cache.test.ts', 'its process is given nothing of the job but what it needs'],
    ['ledger/actions-cache.test.ts', 'nothing is written where it says, and links are no files'],
    ['ledger/actions-cache.test.ts', 'a bomb is not unpacked to its end'],
    ['ledger/actions-cache.test.ts', 'without the query of an address, which is as good as a password'],
    ['ledger/proof.test.ts', 'that is huge, deep, no JSON or says a thing twice is refused'],
  ],
  'Comments of others': [
    ['github/pull-request.test.ts', 'of somebody else that has our marker is left alone'],
    ['github/pull-request.test.ts', 'offers again what can no longer be taken, and what somebody else only copied'],
  ],
  Clock: [
    ['explain/zone.test.ts', 'of other builds are not said to be'],
    ['explain/chance.test.ts', 'numbers and bytes in groups'],
  ],
  'Build that gives its secrets away': [
    ['trust/planted.test.ts', '%s is found in every form, whole and in part, among bytes of any kind'],
    ['trust/searched.test.ts', 'nothing of a program that says nothing'],
    ['engine/secrets-traced.engine.test.ts', 'a gate that finds a difference'],
    ['engine/secrets-traced.engine.test.ts', 'the action, which tells GitHub of it'],
    ['engine/secrets.engine.test.ts', 'given on the command line are nowhere in what is said, written or kept'],
    ['engine/secrets.engine.test.ts', 'given to the action are nowhere in what is said, written or sent'],
    ['host/masking.test.ts', 'takes out the password of a file that a build prints without what stands around it'],
    ['host/masking.test.ts', 'takes out a secret backwards, and in pieces on lines of their own'],
    [
      'options/secret-values.test.ts',
      'what docker, git and curl keep on this machine, and a checkout in its repository',
    ],
    ['ledger/record.test.ts', 'are starred in paths, links and instructions, and the file is still a record'],
  ],
  'Packages that the bundle is made of': [
    ['trust/supply-chain.test.ts', 'has the SHA-512 of every package, and no package from elsewhere than the registry'],
    ['trust/supply-chain.test.ts', 'has scripts that run at the installation in tools alone, never in what is bundled'],
    ['trust/supply-chain.test.ts', '%s runs no text as code, and loads nothing that is not in it or in Node'],
    ['trust/supply-chain.test.ts', '%s names no host that is not known here'],
    [
      'trust/one-door.test.ts',
      'programs are started by host/exec.ts and, on a runner, by its toolkit, and nowhere else',
    ],
    ['github/release-steps.test.ts', 'what is signed is what the commit has and the tarball, and nothing more'],
  ],
}
