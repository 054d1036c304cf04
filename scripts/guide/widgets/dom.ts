/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Makes an element with attributes and what stands in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

/** A button that does something. */
export function button(text: string, act: () => void): HTMLButtonElement {
  const element = make("button", { type: "button" }, text);
  element.addEventListener("click", act);
  return element;
}

/** The places on the page where a widget is to stand. */
export function places(name: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-widget="${name}"]`)];
}
