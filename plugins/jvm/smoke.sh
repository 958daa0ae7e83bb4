#!/usr/bin/env bash
# A hello world with each toolchain of the JVM. Maven fetches the plugins that it consists of; nothing else goes to the network.
# shellcheck source=plugins/hello.sh
. "$(dirname "$(realpath "$0")")/../hello.sh"

source_of() { printf 'public class Hello {\n    public static void main(String[] arguments) {\n        System.out.println("hello from the JVM");\n    }\n}\n' >"$1/Hello.java"; }
greeting='hello from the JVM'

with_jdk() {
  source_of .
  "$1/bin/javac" -d out Hello.java
  expect "$greeting" "$1/bin/java" -cp out Hello
}

with_maven() {
  mkdir -p src/main/java
  source_of src/main/java
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
  mvn -B -q "-Dmaven.repo.local=${MAVEN_USER_HOME:-$HOME/.m2}/repository" compile
  expect "$greeting" java -cp target/classes Hello
}

with_gradle() {
  mkdir -p src/main/java
  source_of src/main/java
  echo "plugins { id 'java' }" >build.gradle
  echo "rootProject.name = 'hello'" >settings.gradle
  gradle --no-daemon --offline -q classes
  expect "$greeting" java -cp build/classes/java/main Hello
}

with_ant() {
  mkdir src out
  source_of src
  echo '<project default="build"><target name="build"><javac srcdir="src" destdir="out" includeantruntime="false"/></target></project>' >build.xml
  ant -q
  expect "$greeting" java -cp out Hello
}

with_kotlin() {
  echo 'fun main() = println("hello from the JVM")' >Hello.kt
  kotlinc Hello.kt -include-runtime -d hello.jar
  expect "$greeting" java -jar hello.jar
}

with_scala() {
  printf 'object Hello {\n  def main(arguments: Array[String]): Unit = println("hello from the JVM")\n}\n' >Hello.scala
  mkdir out
  scalac -d out Hello.scala
  expect "$greeting" scala -cp out Hello
}

with_groovy() {
  echo 'println "hello from the JVM"' >hello.groovy
  groovyc -d out hello.groovy
  expect "$greeting" groovy hello.groovy
}

# sbt has to fetch itself; its launcher answers without.
with_sbt() { sbt --script-version; }

for home in /usr/lib/jvm/*; do
  if [ -x "$home/bin/javac" ] && [ ! -L "$home" ] && [ -r "$home/release" ]; then hello "$(basename "$home")" "$home/bin/javac" '' with_jdk "$home"; fi
done
hello javac javac 'apt install openjdk-17-jdk-headless' with_jdk "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /usr/bin/javac)")")")"
hello Maven mvn 'apt install maven' with_maven
hello Gradle gradle 'plugins/jvm/toolchain.sh, or sdk install gradle' with_gradle
hello Ant ant 'apt install ant' with_ant
hello Kotlin kotlinc 'plugins/jvm/toolchain.sh, or sdk install kotlin' with_kotlin
hello Scala scalac 'plugins/jvm/toolchain.sh, or cs install scala' with_scala
hello Groovy groovyc 'plugins/jvm/toolchain.sh, or sdk install groovy' with_groovy
hello sbt sbt 'plugins/jvm/toolchain.sh, or cs install sbt' with_sbt
finish
