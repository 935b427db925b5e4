// A module as it runs: what TypeScript makes of it, not what a development loader does.

export async function built<Module>(path: string): Promise<Module> {
  const module: Module = await import(new URL(`../dist/${path}.js`, import.meta.url).href)
  return module
}
