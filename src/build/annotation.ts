const typed =
  /^((?:manifest|index)(?:-descriptor)?(?:\[[^\]]*\])?(?:,(?:manifest|index)(?:-descriptor)?(?:\[[^\]]*\])?)*):/

/**
 * The annotations that come into the manifest of one platform's image, as `manifest:KEY=VALUE`. Those of an index and of
 * descriptors are outside every image, and BuildKit refuses or ignores them where it builds one platform at a time.
 * @param annotations `[TYPE[PLATFORM],…:]KEY=VALUE`, as docker takes them; what has another form is handed on
 */
export function manifestAnnotations(annotations: readonly string[], platform: string): string[] {
  return annotations.flatMap(annotation => {
    const types = typed.exec(annotation)?.[1]
    if (types === undefined) return [annotation]
    const isHere = types.split(/,(?=manifest|index)/).some(type => {
      const [, name, only] = /^([a-z-]+)(?:\[([^\]]*)\])?$/.exec(type) ?? []
      return name === 'manifest' && (only === undefined || isPlatform(only, platform))
    })
    return isHere ? [`manifest:${annotation.slice(types.length + 1)}`] : []
  })
}

/** `linux/arm64` is `linux/arm64/v8`. */
const isPlatform = (text: string, platform: string): boolean => plain(text) === plain(platform)
const plain = (platform: string): string => platform.toLowerCase().replace(/^(linux\/arm64)\/v8$/, '$1')
