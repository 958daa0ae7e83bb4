#!/usr/bin/env bash
# Builds and runs a hello world with each toolchain of the JVM that is on this machine. Run in an empty writable directory.
set -uo pipefail

failed=0
ok() { echo "ok - $1"; }
not_ok() { echo "not ok - $1"; failed=1; }
skip() { echo "ok - $1 # SKIP $2"; }

# try NAME FUNCTION: a function of this script in a directory of its own, and what it should print.
try() {
  local name=$1 said
  mkdir -p "$2"
  if said=$(cd "$2" && "$2" 2>"../$2.log") && [[ $said == *'hello from the JVM'* ]]; then ok "$name"
  else
    not_ok "$name"
    tail -n 5 "$2.log" | sed 's/^/# /'
  fi
}

hello_java() {
  cat >Hello.java <<'END'
public class Hello {
    public static void main(String[] arguments) {
        System.out.println("hello from the JVM");
    }
}
END
}

with_jdk() { hello_java && "$jdk/bin/javac" -d out Hello.java && "$jdk/bin/java" -cp out Hello; }
with_maven() {
  mkdir -p src/main/java && (cd src/main/java && hello_java)
  cat >pom.xml <<'END'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>hello</groupId>
  <artifactId>hello</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>8</maven.compiler.source>
    <maven.compiler.target>8</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
</project>
END
  mvn -B -q "-Dmaven.repo.local=${MAVEN_USER_HOME:-$HOME/.m2}/repository" compile >&2 && java -cp target/classes Hello
}
with_gradle() {
  mkdir -p src/main/java && (cd src/main/java && hello_java)
  echo "plugins { id 'java' }" >build.gradle
  echo "rootProject.name = 'hello'" >settings.gradle
  gradle --no-daemon --offline -q classes >&2 && java -cp build/classes/java/main Hello
}
with_ant() {
  mkdir -p src && (cd src && hello_java)
  echo '<project default="run"><target name="run"><mkdir dir="out"/><javac srcdir="src" destdir="out" includeantruntime="false"/><java classname="Hello" classpath="out"/></target></project>' >build.xml
  ant -q
}
with_kotlin() {
  echo 'fun main() = println("hello from the JVM")' >Hello.kt
  kotlinc Hello.kt -include-runtime -d hello.jar >&2 && java -jar hello.jar
}
with_scala() {
  # shellcheck disable=SC2016
  printf 'object Hello {\n  def main(arguments: Array[String]): Unit = println("hello from the JVM")\n}\n' >Hello.scala
  mkdir -p out && scalac -d out Hello.scala >&2 && scala -cp out Hello
}
with_groovy() { echo 'println "hello from the JVM"' >hello.groovy && groovy hello.groovy; }
with_sbt() {
  hello_java
  echo 'scalaVersion := "2.13.16"' >build.sbt
  sbt -batch -Dsbt.color=false -Dsbt.supershell=false run
}

found=0
for jdk in /usr/lib/jvm/*; do
  [ -x "$jdk/bin/javac" ] && [ ! -L "$jdk" ] && [ -r "$jdk/release" ] || continue
  found=1
  directory=$(basename "$jdk")
  mkdir -p "$directory"
  if said=$(cd "$directory" && with_jdk 2>&1) && [[ $said == *'hello from the JVM'* ]]; then ok "$directory"; else not_ok "$directory"; fi
done
[ "$found" = 1 ] || skip JDK 'no JDK below /usr/lib/jvm: apt install openjdk-17-jdk-headless'

# want NAME PROGRAM FUNCTION HOW-TO-GET-IT
want() { if command -v "$2" >/dev/null; then try "$1" "$3"; else skip "$1" "$2 is not installed: $4"; fi; }
want Maven mvn with_maven 'apt install maven'
want Gradle gradle with_gradle 'sdk install gradle'
want Ant ant with_ant 'apt install ant'
want Kotlin kotlinc with_kotlin 'plugins/jvm/toolchain.sh, or sdk install kotlin'
want Scala scalac with_scala 'plugins/jvm/toolchain.sh, or cs install scala'
want Groovy groovyc with_groovy 'plugins/jvm/toolchain.sh, or apt install groovy'
want sbt sbt with_sbt 'plugins/jvm/toolchain.sh, or cs install sbt'
exit "$failed"
