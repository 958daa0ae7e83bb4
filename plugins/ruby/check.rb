# Reads names of files, each ended by a NUL, and compiles them without running them, as `ruby -wc` does, all in one process.
failed = false
$VERBOSE = true
$stdin.each_line("\0") do |line|
  path = line.chomp("\0")
  begin
    source = File.binread(path).force_encoding(Encoding::UTF_8)
    RubyVM::InstructionSequence.compile(source, path, path)
  rescue SyntaxError => e
    warn e.message
    failed = true
  rescue SystemCallError => e
    warn "#{path}: #{e.message}"
    failed = true
  end
end
exit(failed ? 1 : 0)
