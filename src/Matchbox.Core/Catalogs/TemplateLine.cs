namespace Matchbox.Core.Catalogs;

/// <summary>Reads one line of a template of a YAML document, without knowing what stands around it.</summary>
internal static class TemplateLine
{
    /// <summary>The line up to a comment: a <c>#</c> at its start or after white space, outside quotes (YAML 1.2.2 §6.6).</summary>
    public static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var unit = line[i];
            if (quote != '\0')
            {
                if (unit == '\\' && quote == '"')
                {
                    i++;
                }
                else if (unit == quote)
                {
                    quote = '\0';
                }
            }
            else if (unit is '"' or '\'')
            {
                quote = unit;
            }
            else if (unit == '#' && (i == 0 || line[i - 1] is ' ' or '\t'))
            {
                return line[..i];
            }
        }
        return line;
    }

    /// <summary>
    /// Whether a flag may be on by this line: its key has a value other than <c>false</c>, for example a template's action. A name
    /// without a value counts too, since it may be a variable that decides.
    /// </summary>
    public static bool MaySwitchOn(ReadOnlySpan<char> line, string key)
    {
        while (line.IndexOf(key, StringComparison.Ordinal) is var at and >= 0)
        {
            line = line[(at + key.Length)..];
            var value = line.TrimStart("\"' \t");
            if (value is not [':', ..] || !IsFalse(value[1..].TrimStart()))
            {
                return true;
            }
        }
        return false;
    }

    // YAML's three spellings; an action may follow at once, as in wipe_table: false{{end}}.
    private static bool IsFalse(ReadOnlySpan<char> value)
    {
        var end = value.IndexOfAny(" \t,}{");
        return (end < 0 ? value : value[..end]) is "false" or "False" or "FALSE";
    }
}
