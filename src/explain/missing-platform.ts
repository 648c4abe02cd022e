import { docsUrl, type Finding } from '../finding.ts'

/** One image is there for a platform, the other is not. */
export const missingPlatform = (platform: string, has: 'A' | 'B'): Finding => ({
  id: 'missing-platform',
  source: 'comparison',
  level: 'error',
  class: 'now',
  title: `Only image ${has} is there for ${platform}`,
  message: `Image ${has} has a manifest for ${platform}, the other has none: whoever runs that platform gets an image from one of them only.`,
  paths: [],
  count: 1,
  confidence: 'certain',
  evidence: [
    {
      what: `the platforms of the two images: ${platform}`,
      a: has === 'A' ? 'present' : '(none)',
      b: has === 'B' ? 'present' : '(none)',
    },
  ],
  fix: {
    text: `Build both for the same platforms (docker buildx build --platform), or compare only one that both have: --platform.`,
  },
  docs: docsUrl('missing-platform'),
})
