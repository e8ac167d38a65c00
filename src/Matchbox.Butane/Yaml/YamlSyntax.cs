namespace Matchbox.Butane.Yaml;

/// <summary>Whether a text is YAML at all, for what is handed on without being read.</summary>
public static class YamlSyntax
{
    /// <summary>Looks at the first document. <paramref name="error"/> says what is wrong and where; empty when nothing is.</summary>
    public static bool TryCheck(ReadOnlySpan<byte> text, out string error) => YamlReader.TryRead(text, out _, out error);
}
