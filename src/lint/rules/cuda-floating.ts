import type { ImageReference } from '../../dockerfile/reference.ts'
import { parseReference } from '../../dockerfile/reference.ts'
import { mayNameStage } from '../../dockerfile/stage-choice.ts'
import { imagesUsed } from '../image-use.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { quote } from '../wording.ts'

export const cudaFloating: Rule = {
  id: 'RG107',
  title: 'CUDA image without its whole version',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view => [...(isSaidByDigestRule(view) ? [] : resolved(view)), ...unresolved(view)],
}

/** RG101 asks for a digest, which says more; only who asks for this rule by its id gets both. */
const isSaidByDigestRule = ({ settings: { rules } }: View): boolean =>
  rules.RG107 === undefined && rules.RG101 !== 'off'

const resolved = (view: View): Draft[] =>
  imagesUsed(view)
    .filter(({ kind }) => kind === 'from')
    .flatMap(({ reference, range, text }) => draftOf(reference, range, text))

/** The parts that are written out may lack something all the same. */
const unresolved = (view: View): Draft[] =>
  view.stages
    .flatMap(({ edges }) => edges)
    .filter(edge => edge.kind === 'from' && edge.target === null && !edge.reference.resolved)
    .filter(edge => !mayNameStage(view.dockerfile, edge) && !view.isBuildContext(edge.reference.value))
    .flatMap(({ reference: { value }, range }) => {
      const reference = parseReference(value)
      return reference === null ? [] : draftOf(reference, range, value)
    })

function draftOf(reference: ImageReference, range: Draft['range'], text: string): Draft[] {
  const { digest, tag } = reference
  const family = families.find(({ name }) => name.test(nameOf(reference)))
  // No tag and `latest` are RG104's.
  if (digest !== null || tag === null || /^latest/.test(tag) || family === undefined) return []
  const missing = family.parts.filter(({ pattern }) => !pattern.test(tag)).map(({ what }) => what)
  if (missing.length === 0) return []
  return [
    {
      range,
      message: `The tag of ${quote(text)} does not say ${missing.join(' and ')}: NVIDIA and the frameworks push such tags again for every patch release, and a rebuilt image then has other CUDA libraries, other kernels and other numerical results.`,
      fix: { text: 'Write the whole version, as in the snippet, and the digest behind it.', snippet: family.example },
    },
  ]
}

/** Without Docker's own registry, which nobody writes. */
const nameOf = ({ registry, repository }: ImageReference): string =>
  registry === null || /^(?:docker\.io|index\.docker\.io)$/.test(registry) ? repository : `${registry}/${repository}`

interface Part {
  what: string
  pattern: RegExp
}

/** A variable may stand for any part. */
const version: Part = { what: 'the whole version (three numbers)', pattern: /\d+\.\d+\.\d+|\$/ }
const system: Part = { what: 'the operating system', pattern: /ubuntu\d|ubi\d|rockylinux\d|centos\d|\$/ }

const families: { name: RegExp; parts: Part[]; example: string }[] = [
  {
    name: /^(?:nvcr\.io\/)?nvidia\/(?:cuda|cudagl|cuda-dl-base)$/,
    parts: [version, system],
    example: 'FROM nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04@sha256:<digest>',
  },
  {
    name: /^pytorch\/pytorch$/,
    parts: [
      version,
      { what: 'the CUDA version', pattern: /cuda\d+\.\d+|\$/ },
      { what: 'the cuDNN version', pattern: /cudnn\d|\$/ },
    ],
    example: 'FROM pytorch/pytorch:2.3.1-cuda12.1-cudnn8-runtime@sha256:<digest>',
  },
  {
    name: /^tensorflow\/tensorflow$/,
    parts: [version],
    example: 'FROM tensorflow/tensorflow:2.16.1-gpu@sha256:<digest>',
  },
  {
    name: /^nvcr\.io\/nvidia\//,
    parts: [{ what: 'a release (such as 24.05)', pattern: /\d+\.\d+|\$/ }],
    example: 'FROM nvcr.io/nvidia/pytorch:24.05-py3@sha256:<digest>',
  },
]
