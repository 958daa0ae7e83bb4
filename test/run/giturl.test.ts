import t from 'tap'
import { checkGitUrl, credentialsOf, redactor, withoutCredentials } from '../../core/giturl.ts'

const open = { allowFile: true }
const closed = { allowFile: false }

t.test('takes what git users write', async t => {
  const same = ['https://example.org/a/b.git', 'http://example.org:8080/a', 'ssh://git@example.org:22/a.git', 'git@example.org:a/b.git', 'example.org:a/b', 'git@[::1]:a/b', 'https://user:pa%20ss@example.org/a']
  for (const url of same) t.equal(checkGitUrl(url, closed), url)
  t.equal(checkGitUrl('HTTPS://Example.ORG/a/', closed), 'https://example.org/a')
  t.equal(checkGitUrl('file:///srv/a.git', open), 'file:///srv/a.git')
  t.equal(checkGitUrl('file://localhost/srv/a.git', open), 'file:///srv/a.git')
  t.equal(checkGitUrl('/srv/a.git/', open), '/srv/a.git')
})

t.test('refuses what git would read as something else', async t => {
  const hostile = [
    '', '-x', '--upload-pack=touch /tmp/x', '-u/tmp:x', 'ext::sh -c id', 'EXT::sh', 'fd::17', 'http::https://example.org/a', 'a+b::c', '::x',
    'ssh://-oProxyCommand=id/a', 'ssh://%2doProxyCommand=id/a', 'ssh://-l@example.org/a', '-oProxyCommand=id:a', 'git@-oProxyCommand=id:a', '-user@host:a', 'host:-a',
    'https://example.org/a\nb', 'https://example.org/a b', 'https://example.org/\u0000', 'https://u:p%0ahost=evil@example.org/', 'https://example.org/%00', 'https://example.org/%zz',
    'https://', 'ssh:///a', 'git://example.org/a', 'ftp://example.org/a', 'data://x/y', './a', '../a', 'a/b', 'a', 'host::a', 'file://evil.example/a',
    'https://example.org\\@evil.example/a', `https://example.org/${'a'.repeat(3000)}`,
  ]
  for (const url of hostile) t.throws(() => checkGitUrl(url, open), { name: 'FarmError', code: 'invalid', field: 'git_url' }, JSON.stringify(url.slice(0, 60)))
})

t.test('files only where allowed', async t => {
  for (const url of ['file:///srv/a', '/srv/a', 'FILE:///srv/a']) t.throws(() => checkGitUrl(url, closed), { code: 'invalid', field: 'git_url', hint: /CRAFTING_GIT_ALLOW_FILE/ })
})

t.test('credentials never come out', async t => {
  t.equal(withoutCredentials('https://me:secret@example.org/a'), 'https://example.org/a')
  t.equal(withoutCredentials('https://token@example.org/a'), 'https://example.org/a')
  t.equal(withoutCredentials('https://me:p@ss@example.org/a'), 'https://example.org/a')
  t.equal(withoutCredentials('ssh://git:secret@example.org/a'), 'ssh://git@example.org/a')
  t.equal(withoutCredentials('git@example.org:a'), 'git@example.org:a')
  t.same(credentialsOf('https://me:p%40ss@example.org/a'), { user: 'me', password: 'p@ss' })
  t.equal(credentialsOf('ssh://git@example.org/a'), undefined)
  const redact = redactor(['https://me:hunter%402@example.org/a', 'https://tokentoken@example.org'])
  const masked = redact('fatal: https://me:hunter%402@example.org/a, hunter@2, tokentoken, https://other:thing@host/ ssh://git@host/ https://host/a@b')
  for (const secret of ['hunter', 'tokentoken', 'other:thing']) t.notMatch(masked, secret)
  t.match(masked, 'ssh://git@host/')
  t.match(masked, 'https://host/a@b')
})

t.test('masking takes linear time', async t => {
  const begin = performance.now()
  redactor([])('https://'.repeat(100_000) + 'ssh://'.repeat(100_000) + 'h'.repeat(1_000_000))
  t.ok(performance.now() - begin < 2000)
})
