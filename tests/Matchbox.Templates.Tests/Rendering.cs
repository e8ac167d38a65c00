using System.Text;
using System.Text.Json;

namespace Matchbox.Templates.Tests;

/// <summary>Shorthand for tests: a template named "t" with JSON data, as text.</summary>
internal static class Rendering
{
    public const string Data = """
        {
          "s": "abc", "n": 3, "f": 2.5, "big": 1234567, "neg": -7, "b": true, "no": false, "nil": null, "e": "", "zero": 0,
          "list": ["a", "b", "c"], "nums": [1, 2.5, 1e21], "nl": [null, 1], "el": [], "em": {},
          "m": { "a": 1, "b": "x", "z": null }, "deep": { "er": { "k": "v" } }, "h": "<a href=\"x\">&'y'</a>", "u": "ünï ☃"
        }
        """;

    public static TemplateValue Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(TemplateValue.TryFromJson(document.RootElement, out var value));
        return value;
    }

    public static string Render(string template, TemplateValue data, MissingKey missingKey = MissingKey.Error) =>
        Render(template, data, out var output, missingKey) is { } error ? throw new InvalidOperationException(error.Message) : output;

    public static string Render(string template, string data = Data, MissingKey missingKey = MissingKey.Error) =>
        Render(template, Json(data), missingKey);

    public static TemplateError ErrorOf(string template, string data = Data, MissingKey missingKey = MissingKey.Error)
    {
        var error = Render(template, Json(data), out var output, missingKey);
        Assert.True(error is not null, $"rendered {output}");
        return error;
    }

    private static TemplateError? Render(string template, TemplateValue data, out string output, MissingKey missingKey)
    {
        output = "";
        if (!Template.TryParse("t", template, missingKey, out var parsed, out var error)
            || !parsed.TryExecute(data, TemplateLimits.Default, out var bytes, out error))
        {
            return error;
        }
        output = Encoding.UTF8.GetString(bytes);
        return null;
    }
}
