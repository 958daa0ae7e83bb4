#!/usr/bin/env bash
# A program of each language is built and run. The templates and what they need lie in the SDK; nothing else is fetched.
. "$(dirname "$(realpath "$0")")/../hello.sh"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_HOME=$PWD DOTNET_CLI_UI_LANGUAGE=en MSBUILDTERMINALLOGGER=off MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
# In the directory of a test nobody's global.json rules, and no source is asked.
unset DOTNET_ROOT

in_dotnet() {
  printf '<configuration><packageSources><clear /></packageSources></configuration>\n' >nuget.config
  dotnet new console --language "$1" --name Hello --output . --force --no-restore
  case $1 in
    C#) printf 'System.Console.WriteLine("hello");\n' >Program.cs ;;
    F#) printf 'printfn "hello"\n' >Program.fs ;;
    VB) printf 'Module Program\n  Sub Main()\n    System.Console.WriteLine("hello")\n  End Sub\nEnd Module\n' >Program.vb ;;
  esac
  dotnet build --nologo --output out -p:NuGetAudit=false -p:UseAppHost=false
  expect hello dotnet out/Hello.dll
}

in_mono() {
  printf 'class Hello { static void Main() { System.Console.WriteLine("hello"); } }\n' >Hello.cs
  cat >Hello.csproj <<'END'
<Project DefaultTargets="Build" ToolsVersion="4.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><OutputType>Exe</OutputType><AssemblyName>Hello</AssemblyName><OutputPath>out/</OutputPath><TargetFrameworkVersion>v4.5</TargetFrameworkVersion></PropertyGroup>
  <ItemGroup><Compile Include="Hello.cs" /></ItemGroup>
  <Import Project="$(MSBuildToolsPath)\Microsoft.CSharp.targets" />
</Project>
END
  xbuild /nologo Hello.csproj
  expect hello mono out/Hello.exe
}

get='see plugins/dotnet/toolchain.sh'
hello 'C# by dotnet' dotnet "$get" in_dotnet 'C#'
hello 'F# by dotnet' dotnet "$get" in_dotnet 'F#'
hello 'Visual Basic by dotnet' dotnet "$get" in_dotnet VB
# xbuild alone has nothing to compile against; resgen comes with the reference assemblies.
hello Mono resgen 'apt install mono-devel' in_mono
finish
