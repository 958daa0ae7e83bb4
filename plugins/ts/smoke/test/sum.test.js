import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { sum } from '../src/sum.js'

describe('sum', () => {
  it('adds nothing up to zero', () => {
    assert.equal(sum([]), 0)
  })

  it('adds two numbers', () => {
    assert.equal(sum([1, 2]), 3)
  })

  describe('with strings', () => {
    it('throws', () => {
      throw new TypeError('not a number')
    })
  })

  it.skip('is fast', () => {})
  it.todo('adds big integers')
})

test('truth', () => assert.ok(true))
