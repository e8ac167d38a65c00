using System.Text;
using System.Text.Json;

namespace Matchbox.Http.Rest.Problems;

/// <summary>Names places in JSON by pointers (RFC 6901).</summary>
public static class JsonPlace
{
    private const int MaxDepth = 256;

    /// <summary>The pointer for a path as <see cref="JsonException.Path"/> writes it, such as <c>$.macs[0]</c> or <c>$['a.b']</c>.</summary>
    public static string PointerOf(string? path)
    {
        var pointer = new StringBuilder();
        var rest = path.AsSpan();
        rest = rest.StartsWith("$") ? rest[1..] : rest;
        while (!rest.IsEmpty)
        {
            var (skip, end) = rest switch
            {
                ['[', '\'', ..] => (2, rest.IndexOf("']")),
                ['[', ..] => (1, rest.IndexOf(']')),
                ['.', ..] => (1, 1 + (rest[1..].IndexOfAny('.', '[') is var next and >= 0 ? next : rest.Length - 1)),
                _ => (0, rest.Length),
            };
            end = end < skip ? rest.Length : end;
            Append(pointer, rest[skip..end]);
            rest = rest[Math.Min(rest.Length, end + (rest[0] == '[' ? skip : 0))..];
        }
        return pointer.ToString();
    }

    /// <summary>
    /// The pointer to what stands at a place of a document: a member for its name and its value alike. Null where the document cannot
    /// be read as far as that.
    /// </summary>
    /// <param name="json">The document.</param>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1, in UTF-16 code units.</param>
    public static string? PointerAt(ReadOnlySpan<byte> json, int line, int column)
    {
        var offset = OffsetOf(json, line, column);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        // The names and indices on the way to the present token.
        var way = new List<(string? Name, int Index)>();
        string? found = null;
        try
        {
            while (reader.Read() && reader.TokenStartIndex <= offset)
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        way[^1] = (reader.GetString(), 0);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        way.RemoveAt(way.Count - 1);
                        break;
                    default:
                        if (way.Count > 0 && way[^1].Name is null)
                        {
                            way[^1] = (null, way[^1].Index + 1);
                        }
                        break;
                }
                found = Write(way);
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    way.Add(reader.TokenType == JsonTokenType.StartObject ? ("", 0) : (null, -1));
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Broken, or a name of half a surrogate: what was found before is the nearest.
        }
        return found;
    }

    private static string Write(List<(string? Name, int Index)> way)
    {
        var pointer = new StringBuilder();
        foreach (var (name, index) in way)
        {
            if (name is null)
            {
                pointer.Append('/').Append(index);
            }
            else
            {
                Append(pointer, name);
            }
        }
        return pointer.ToString();
    }

    private static void Append(StringBuilder pointer, ReadOnlySpan<char> name) =>
        pointer.Append('/').Append(name.ToString().Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));

    private static int OffsetOf(ReadOnlySpan<byte> json, int line, int column)
    {
        var start = 0;
        for (var at = 1; at < line && json[start..].IndexOf((byte)'\n') is var end and >= 0; at++)
        {
            start += end + 1;
        }
        for (var units = 1; units < column && start < json.Length; units++)
        {
            // A character beyond the basic plane has two units and four octets.
            Rune.DecodeFromUtf8(json[start..], out var rune, out var octets);
            units += rune.Utf16SequenceLength - 1;
            start += octets;
        }
        return start;
    }
}
