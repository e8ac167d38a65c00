using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Matchbox.Core.Catalogs;

/// <summary>A JSON value that remembers where it stood. <see cref="Text"/> is a string's value or a number as written.</summary>
internal sealed record JsonPart(JsonValueKind Kind, int Offset, string Text, ImmutableArray<JsonMember> Members, ImmutableArray<JsonPart> Items)
{
    public string Describe() => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    /// <summary>The value as compact JSON; of a key that stands twice the last one.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in Members.Reverse().DistinctBy(member => member.Name).Reverse())
                {
                    writer.WritePropertyName(member.Name);
                    member.Value.WriteTo(writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in Items)
                {
                    item.WriteTo(writer);
                }
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text);
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}

internal readonly record struct JsonMember(string Name, int Offset, JsonPart Value);

/// <summary>One JSON file with the positions of all its parts. As strict as Go's: no comments, no trailing commas, no BOM.</summary>
internal sealed class JsonText
{
    private const int MaxDepth = 200;

    private readonly byte[] _octets;

    private JsonText(byte[] octets, JsonPart root) => (_octets, Root) = (octets, root);

    public JsonPart Root { get; }

    public static bool TryParse(string file, byte[] octets, [NotNullWhen(true)] out JsonText? text, [NotNullWhen(false)] out CatalogFault? fault)
    {
        text = null;
        fault = null;
        if (octets.AsSpan().StartsWith("\uFEFF"u8))
        {
            fault = new CatalogFault(file, 1, 1, "begins with a byte order mark", "save it as UTF-8 without one");
            return false;
        }
        var reader = new Utf8JsonReader(octets, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var root = Read(ref reader);
            reader.Read();
            text = new JsonText(octets, root);
            return true;
        }
        catch (JsonException malformed)
        {
            var line = (int)(malformed.LineNumber ?? 0);
            fault = new CatalogFault(file, line + 1, (int)(malformed.BytePositionInLine ?? 0) + 1, $"is no JSON: {Reason(malformed)}", "");
            return false;
        }
        catch (InvalidOperationException)
        {
            // Text that is no UTF-8, or half of a surrogate pair.
            var (line, column) = Position(octets, (int)reader.TokenStartIndex);
            fault = new CatalogFault(file, line, column, "holds a text that is no valid Unicode", "save it as UTF-8");
            return false;
        }
    }

    public (int Line, int Column) PositionOf(int offset) => Position(_octets, offset);

    private static (int Line, int Column) Position(byte[] octets, int offset)
    {
        var before = octets.AsSpan(0, Math.Min(offset, octets.Length));
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private static JsonPart Read(ref Utf8JsonReader reader)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = ImmutableArray.CreateBuilder<JsonMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var nameOffset = (int)reader.TokenStartIndex;
                    var name = reader.GetString()!;
                    reader.Read();
                    members.Add(new JsonMember(name, nameOffset, Read(ref reader)));
                }
                return new JsonPart(JsonValueKind.Object, offset, "", members.ToImmutable(), []);
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<JsonPart>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader));
                }
                return new JsonPart(JsonValueKind.Array, offset, "", [], items.ToImmutable());
            case JsonTokenType.String:
                return new JsonPart(JsonValueKind.String, offset, reader.GetString()!, [], []);
            case JsonTokenType.Number:
                return new JsonPart(JsonValueKind.Number, offset, Encoding.ASCII.GetString(reader.ValueSpan), [], []);
            case JsonTokenType.True:
                return new JsonPart(JsonValueKind.True, offset, "true", [], []);
            case JsonTokenType.False:
                return new JsonPart(JsonValueKind.False, offset, "false", [], []);
            default:
                return new JsonPart(JsonValueKind.Null, offset, "", [], []);
        }
    }

    // The library's message ends with a position of its own, counted from 0.
    private static string Reason(JsonException malformed)
    {
        var text = malformed.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.', ' ');
    }
}
