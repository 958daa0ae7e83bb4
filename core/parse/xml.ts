import type { XmlElement } from '../contract.ts'

/** The first child element of that name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find(one => one.name === name)
}

/** All child elements of that name. */
export function children(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter(one => one.name === name)
}
