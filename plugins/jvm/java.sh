# The version that a JDK's own release file says: 17, or 8 of 1.8.0_392.
java_major() { sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release" 2>/dev/null | head -n 1; }
# use_java LEAST MOST WHO: what is on the PATH where it fits, else the nearest that does.
use_java() {
  own=$(readlink -f "$(command -v javac 2>/dev/null)" 2>/dev/null || true)
  own=${own%/bin/javac}
  mine=$(java_major "${own:-/nowhere}")
  best= found=
  for home in "$own" $(env | sed -n 's/^JAVA_HOME_[0-9][0-9A-Za-z_]*=//p') /usr/lib/jvm/* /opt/java/* /opt/jdk* "${SDKMAN_DIR:-/nowhere}"/candidates/java/*; do
    [ -x "$home/bin/javac" ] || continue
    major=$(java_major "$home")
    [ "${major:-0}" -ge "$1" ] && [ "$major" -le "$2" ] || continue
    if [ "$home" = "$own" ]; then return 0; fi
    if [ -z "$best" ] || { [ "${mine:-0}" -lt "$1" ] && [ "$major" -lt "$found" ]; } || { [ "${mine:-0}" -gt "$2" ] && [ "$major" -gt "$found" ]; }; then best=$home found=$major; fi
  done
  if [ "$1" = "$2" ]; then asked="Java $1"; elif [ "$2" = 999 ]; then asked="Java $1 or newer"; else asked="Java $1 to $2"; fi
  if [ -n "$best" ]; then
    echo "$3 asks for $asked: $best runs"
    export JAVA_HOME="$best" PATH="$best/bin:$PATH"
  else
    echo "$3 asks for $asked, which is not on this machine; Java ${mine:-of no version} runs"
  fi
}
