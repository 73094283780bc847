/**
 * A headless Chromium that tests look at a page with, as a person would: clicks and typing are a browser's own, and what the page complains
 * of and asks for is written down. Bun starts one for the whole test process and speaks to it by a pipe; with the pipe's end it ends.
 */
import { dataFolder, installed, removeFolder } from './place.ts'

/** Why there is none on this machine; undefined where there is. */
export const noChromium =
  process.arch === 'x64' ? undefined : `there is no Chromium for ${process.arch} in npm, so no page is looked at here`

export interface Look {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  /** Follows the page's own word on its width, as phones do: one that says nothing is laid out wide and shown small. */
  readonly isPhone?: boolean
}

let profile: string | undefined

/** The next page starts it again. */
export function stopChromium(): void {
  Bun.WebView.closeAll()
  if (profile !== undefined) removeFolder(profile)
  profile = undefined
}

/** A tab, and what happened in it. */
export class Tab implements Disposable {
  /** Errors and warnings in its console, exceptions that nobody caught, what its policy forbade. */
  readonly complaints: string[] = []
  /** The origins that it sent requests to. */
  readonly asked = new Set<string>()
  readonly #view: Bun.WebView

  private constructor() {
    profile ??= dataFolder('chromium')
    this.#view = new Bun.WebView({
      backend: {
        type: 'chrome',
        url: false,
        path: installed('chromium', 'start'),
        // Tests run as root in containers, where its sandbox cannot start and /dev/shm is small.
        argv: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-software-rasterizer'],
      },
      dataStore: { directory: profile },
      console: (type: string, ...args: unknown[]) => {
        if (type === 'error' || type === 'warn') this.complaints.push(`console.${type}: ${args.map(String).join(' ')}`)
      },
    })
  }

  static async open(url: string, look: Look = {}): Promise<Tab> {
    const tab = new Tab()
    await tab.#view.navigate('about:blank').catch((error: unknown) => {
      throw new Error(`Chromium did not start (${error}). What it says: ${saysAtStart()}`)
    })
    await tab.#listen()
    await tab.look(look)
    await tab.#view.navigate(url)
    return tab
  }

  async #listen(): Promise<void> {
    const view = this.#view
    view.addEventListener<{ request: { url: string } }>('Network.requestWillBeSent', ({ data }) => {
      this.asked.add(new URL(data.request.url).origin)
    })
    view.addEventListener<{ entry: { level: string; text: string } }>('Log.entryAdded', ({ data: { entry } }) => {
      if (entry.level !== 'verbose' && entry.level !== 'info') this.complaints.push(entry.text)
    })
    view.addEventListener<{ exceptionDetails: { text: string } }>('Runtime.exceptionThrown', ({ data }) => {
      this.complaints.push(JSON.stringify(data.exceptionDetails))
    })
    for (const domain of ['Network', 'Log', 'Runtime']) await view.cdp(`${domain}.enable`)
  }

  /** Changes how it is looked at; the page sees it as it would when somebody turns the phone or the lights. */
  async look({ width = 1200, height = 900, scheme = 'light', isPhone = false }: Look): Promise<void> {
    await this.#view.cdp('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: isPhone })
    const features = [{ name: 'prefers-color-scheme', value: scheme }]
    await this.#view.cdp('Emulation.setEmulatedMedia', { features })
  }

  /** What an expression is in the page. */
  ask<Value>(expression: string): Promise<Value> {
    return this.#view.evaluate<Value>(expression)
  }

  /** The text that a person sees: nothing of what is hidden. */
  text(selector: string): Promise<string> {
    return this.ask(`document.querySelector(${JSON.stringify(selector)}).innerText`)
  }

  /** Waits until it can be clicked. */
  click(selector: string): Promise<void> {
    return this.#view.click(selector)
  }

  type(text: string): Promise<void> {
    return this.#view.type(text)
  }

  picture(): Promise<Blob> {
    return this.#view.screenshot()
  }

  [Symbol.dispose](): void {
    this.#view.close()
  }
}

function saysAtStart(): string {
  const { stdout, stderr } = Bun.spawnSync([installed('chromium', 'start'), '--version'])
  return `${stdout}${stderr}`.trim()
}
