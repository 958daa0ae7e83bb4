#!/usr/bin/env bash
# The JVM on Debian: OpenJDK 17 (the default), Temurin 21 beside it, Maven, Gradle, Ant, Kotlin, Scala, Groovy, sbt, ktlint.
# shellcheck source=plugins/install.sh
. "$(dirname "$(realpath "$0")")/../install.sh"

TEMURIN=${TEMURIN:-21.0.11+10}
TEMURIN_SHA256_amd64=${TEMURIN_SHA256_amd64:-4b2220e232a97997b436ca6ab15cbf70171ecff52958a46159dfa5a8c44ca4de}
TEMURIN_SHA256_arm64=${TEMURIN_SHA256_arm64:-8d498ec88e1c1989fab95c6784240ab92d011e29c54d20a3f9c324b13476f9ad}
TEMURIN_MIRROR=${TEMURIN_MIRROR:-https://github.com/adoptium/temurin21-binaries/releases/download}
GRADLE=${GRADLE:-8.14.3}
GRADLE_SHA256=${GRADLE_SHA256:-bd71102213493060956ec229d946beee57158dbd89d0e62b91bca0fa2c5f3531}
GRADLE_MIRROR=${GRADLE_MIRROR:-https://services.gradle.org/distributions}
# From Maven's repository, which the machine's settings.xml may mirror.
KOTLIN=${KOTLIN:-2.1.20}
SCALA=${SCALA:-3.3.5}
GROOVY=${GROOVY:-4.0.26}
SBT=${SBT:-1.10.11}
KTLINT=${KTLINT:-1.5.0}
OSV_SCANNER=${OSV_SCANNER:-2.0.2}
DEPENDENCY_PLUGIN=${DEPENDENCY_PLUGIN:-3.8.1}

debian() { apt_install openjdk-17-jdk-headless maven ant unzip ca-certificates curl; }

# Where the recipes look for JDKs, and JAVA_HOME_21 for who asks by name.
temurin() {
  local kind home checksum machine=x64
  kind=$(arch)
  home=/usr/lib/jvm/temurin-${TEMURIN%%.*}-jdk-$kind
  if [ ! -x "$home/bin/javac" ]; then
    checksum=TEMURIN_SHA256_$kind
    [ "$kind" = amd64 ] || machine=aarch64
    fetch "$TEMURIN_MIRROR/jdk-${TEMURIN/+/%2B}/OpenJDK21U-jdk_${machine}_linux_hotspot_${TEMURIN/+/_}.tar.gz" "${!checksum}" jdk.tar.gz
    mkdir -p "$home"
    tar -xzf jdk.tar.gz -C "$home" --strip-components=1
  fi
  if [ -d /etc/profile.d ]; then echo "export JAVA_HOME_${TEMURIN%%.*}=$home" >"/etc/profile.d/java-${TEMURIN%%.*}.sh"; fi
}

gradle_() {
  at_least "$GRADLE" gradle --version && return
  fetch "$GRADLE_MIRROR/gradle-$GRADLE-bin.zip" "$GRADLE_SHA256" gradle.zip
  unzip -q -o gradle.zip -d "$TOOLS"
  link "$TOOLS/gradle-$GRADLE/bin/gradle"
}

# jars DIRECTORY GROUP:ARTIFACT:VERSION…: an artifact with all that it needs, as Maven resolves it. The names carry no versions.
jars() {
  local directory=$1 one group artifact version
  shift
  mkdir -p "$directory"
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><packaging>pom</packaging><dependencies>'
    for one in "$@"; do
      IFS=: read -r group artifact version <<<"$one"
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >pom.xml
  mvn -B -q "org.apache.maven.plugins:maven-dependency-plugin:$DEPENDENCY_PLUGIN:copy-dependencies" -Dmdep.stripVersion=true -DincludeScope=runtime "-DoutputDirectory=$directory"
}

# program NAME COMMAND: what follows `exec` in a script of that name.
program() {
  printf '#!/bin/sh\nexec %s\n' "$2" >"$BIN/$1.new"
  chmod 755 "$BIN/$1.new"
  mv "$BIN/$1.new" "$BIN/$1"
}

kotlin() {
  at_least "$KOTLIN" kotlinc -version && return
  local home=$TOOLS/kotlin-$KOTLIN
  jars "$home/lib" "org.jetbrains.kotlin:kotlin-compiler:$KOTLIN" "org.jetbrains.kotlin:kotlin-stdlib:$KOTLIN"
  program kotlinc "java -Xmx\${KOTLIN_HEAP:-1g} -cp '$home/lib/*' -Dkotlin.home='$home' org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -kotlin-home '$home' \"\$@\""
}

scala() {
  at_least "$SCALA" scalac -version && return
  local home=$TOOLS/scala-$SCALA
  jars "$home/lib" "org.scala-lang:scala3-compiler_3:$SCALA"
  program scalac "java -Xmx1g -cp '$home/lib/*' dotty.tools.dotc.Main -usejavacp \"\$@\""
  program scala "java -Xmx1g -cp '$home/lib/*' dotty.tools.MainGenericRunner -usejavacp \"\$@\""
}

groovy() {
  at_least "$GROOVY" groovyc --version && return
  local home=$TOOLS/groovy-$GROOVY
  jars "$home/lib" "org.apache.groovy:groovy:$GROOVY"
  program groovyc "java -cp '$home/lib/*' org.codehaus.groovy.tools.FileSystemCompiler \"\$@\""
  program groovy "java -cp '$home/lib/*' groovy.ui.GroovyMain \"\$@\""
}

# The launcher alone: it takes no options of the JVM, and asks nothing, so those are sorted out here.
sbt() {
  at_least "$SBT" sbt --script-version && return
  jars "$TOOLS/sbt-$SBT" "org.scala-sbt:sbt-launch:$SBT"
  cat >"$BIN/sbt.new" <<END
#!/bin/sh
options=
for argument; do
  shift
  case \$argument in
    --script-version) echo $SBT; exit ;;
    -D*|-X*) options="\$options \$argument" ;;
    -batch|--batch) ;;
    *) set -- "\$@" "\$argument" ;;
  esac
done
exec java -Xmx1g \$SBT_OPTS \$options -jar '$TOOLS/sbt-$SBT/sbt-launch.jar' "\$@"
END
  chmod 755 "$BIN/sbt.new"
  mv "$BIN/sbt.new" "$BIN/sbt"
}

ktlint() {
  at_least "$KTLINT" ktlint --version && return
  mvn -B -q "org.apache.maven.plugins:maven-dependency-plugin:$DEPENDENCY_PLUGIN:copy" "-Dartifact=com.pinterest.ktlint:ktlint-cli:$KTLINT:jar:all" "-DoutputDirectory=$TOOLS/ktlint-$KTLINT" -Dmdep.stripVersion=true
  program ktlint "java --add-opens java.base/java.lang=ALL-UNNAMED -jar '$TOOLS/ktlint-$KTLINT/ktlint-cli-all.jar' \"\$@\""
}

# Compiled from its sources, by Go's own client.
osv_scanner() {
  at_least "$OSV_SCANNER" osv-scanner --version && return
  command -v go >/dev/null || { echo 'osv-scanner needs go (plugins/go/toolchain.sh)' >&2; return 1; }
  GOBIN=$BIN GOFLAGS='-trimpath -modcacherw' GOCACHE=$PWD/cache GOMODCACHE=$PWD/modules go install "github.com/google/osv-scanner/v2/cmd/osv-scanner@v$OSV_SCANNER"
}

step 'OpenJDK 17, Maven, Ant' debian
step "Temurin $TEMURIN" temurin
step "Gradle $GRADLE" gradle_
step "Kotlin $KOTLIN" kotlin
step "Scala $SCALA" scala
step "Groovy $GROOVY" groovy
step "sbt $SBT" sbt
step "ktlint $KTLINT" ktlint
[ "${CRAFTING_SLOW:-1}" = 0 ] || step "osv-scanner $OSV_SCANNER" osv_scanner
finish
