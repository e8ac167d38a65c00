using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Matchbox.Web.Components.Pages.Documents;

/// <summary>A group or profile as fields of a form. What a form does not know stays as it is; keys are read in any case, as the catalog does.</summary>
public sealed class JsonDraft
{
    private static readonly JsonNodeOptions AnyCase = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _root;

    private JsonDraft(JsonObject root) => _root = root;

    /// <summary>False: the text is no JSON object, or one with a key twice, which no form shows.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonDraft? draft)
    {
        draft = null;
        try
        {
            if (JsonNode.Parse(text, AnyCase, Reading) is JsonObject root)
            {
                _ = root.ToJsonString(Writing);
                Visit(root);
                draft = new JsonDraft(root);
            }
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
        return draft is not null;
    }

    public string Text() => _root.ToJsonString(Writing) + "\n";

    /// <summary>A text, number or flag as text; empty: it is not there, or something else.</summary>
    public string this[string path]
    {
        get => Find(path) is JsonValue value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() : "";
        set => Set(path, value.Length > 0 ? JsonValue.Create(value) : null);
    }

    public IReadOnlyList<string> Texts(string path) =>
        Find(path) is JsonArray array ? [.. array.Select(item => item is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : item?.ToJsonString() ?? "")] : [];

    public void SetTexts(string path, IEnumerable<string> texts)
    {
        var array = new JsonArray([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);
        Set(path, array.Count > 0 ? array : null);
    }

    public void SetNumber(string path, string text) => Set(path, int.TryParse(text, out var number) && number != 0 ? JsonValue.Create(number) : null);

    public void SetFlag(string path, bool? flag) => Set(path, flag is { } said ? JsonValue.Create(said) : null);

    /// <summary>How many members an object has.</summary>
    public int CountOf(string path) => Find(path) is JsonObject found ? found.Count : 0;

    /// <summary>The members of an object of texts; null: it has others too.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Pairs(string path) => Find(path) switch
    {
        null => [],
        JsonObject found when found.All(pair => pair.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String) =>
            [.. found.Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<string>()))],
        _ => null,
    };

    public void SetPairs(string path, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var found = new JsonObject(AnyCase);
        foreach (var (key, value) in pairs)
        {
            found[key] = value;
        }
        Set(path, found.Count > 0 ? found : null);
    }

    // Objects are made of what was read at first use, which is when a key that stands twice is a fault.
    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject found:
                foreach (var (_, value) in found)
                {
                    Visit(value);
                }
                break;
            case JsonArray array:
                foreach (var value in array)
                {
                    Visit(value);
                }
                break;
        }
    }

    private JsonNode? Find(string path)
    {
        JsonNode? node = _root;
        foreach (var name in path.Split('/'))
        {
            node = (node as JsonObject)?[name];
        }
        return node;
    }

    private void Set(string path, JsonNode? value)
    {
        var parts = path.Split('/');
        var parent = _root;
        foreach (var name in parts[..^1])
        {
            if (parent[name] is not JsonObject child)
            {
                if (value is null)
                {
                    return;
                }
                parent[name] = child = new JsonObject(AnyCase);
            }
            parent = child;
        }
        if (value is null)
        {
            parent.Remove(parts[^1]);
        }
        else
        {
            parent[parts[^1]] = value;
        }
    }
}
