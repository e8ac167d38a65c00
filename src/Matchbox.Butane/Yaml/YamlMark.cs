namespace Matchbox.Butane.Yaml;

/// <summary>A place in the text, everything from 0: characters since its start, line, characters since the start of the line.</summary>
internal readonly record struct YamlMark(int Index, int Line, int Column);
