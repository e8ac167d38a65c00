using System.Text;

namespace Matchbox.Templates.Tests;

/// <summary>Texts are bytes: what is no UTF-8 comes out as it went in.</summary>
public class BytesTests
{
    [Fact]
    public void Stray_bytes_pass_through()
    {
        Assert.Equal(
            (byte[])[0xFF, (byte)'a', 0xC3, 0xFE, (byte)'b', 0x00, 0x80],
            Render([0xFF, .. "{{.x}}"u8, 0xC3, .. "{{`"u8, 0xFE, .. "`}}b"u8, 0x00, .. "{{\"\\x80\"}}"u8], TemplateValue.FromUtf8("a"u8)));
        Assert.Equal((byte[])[0xC3, 0xFF], Render("{{.x}}"u8, TemplateValue.FromUtf8([0xC3, 0xFF])));
        Assert.Equal((byte[])[0xBC], Render("{{slice .x 1}}"u8, TemplateValue.FromUtf8("ü"u8)));
    }

    [Fact]
    public void A_stray_byte_in_a_quoted_literal_becomes_the_replacement_character() =>
        Assert.Equal("\uFFFD"u8, Render([.. "{{\""u8, 0xFF, .. "\"}}"u8], default));

    [Fact]
    public void A_byte_order_mark_is_text() => Assert.Equal("\uFEFFa"u8, Render([.. "\uFEFF{{.x}}"u8], TemplateValue.FromString("a")));

    [Fact]
    public void Keys_are_bytes_too() =>
        Assert.Equal("1", Encoding.UTF8.GetString(Render("{{.ключ}}"u8, TemplateValue.FromInt(1), "ключ")));

    [Theory]
    [InlineData("\"\\ud83d\\ude00\"", "\U0001F600")]
    [InlineData("\"\\ud83d\"", "\uFFFD")]
    [InlineData("\"\\ude00x\"", "\uFFFDx")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\uFFFD\U0001F600")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"\\/\b\f\n\r\té")]
    [InlineData("{\"\\u0061\":1, \"a\":2}", "map[a:2]")]
    [InlineData("1e400", null)]
    [InlineData("[1e400]", null)]
    [InlineData("{\"a\":-1e400}", null)]
    [InlineData("12345678901234567890", "1.2345678901234567e+19")]
    [InlineData("-0", "-0")]
    public void Json_is_read_as_encoding_json_reads_it(string json, string? expected)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(expected is not null, TemplateValue.TryFromJson(document.RootElement, out var value));
        if (expected is not null)
        {
            Assert.Equal(expected, Encoding.UTF8.GetString(Render("{{.x}}"u8, value)));
        }
    }

    [Fact]
    public void Json_nested_without_end_is_refused()
    {
        var json = new string('[', 2_000) + new string(']', 2_000);
        using var document = System.Text.Json.JsonDocument.Parse(json, new() { MaxDepth = 4_000 });
        Assert.False(TemplateValue.TryFromJson(document.RootElement, out _));
    }

    private static byte[] Render(ReadOnlySpan<byte> template, TemplateValue value, string key = "x")
    {
        Assert.True(Template.TryParse("t", template, MissingKey.Error, out var parsed, out var error), error?.Message);
        var data = TemplateValue.FromMap([new(key, value)]);
        Assert.True(parsed.TryExecute(data, TemplateLimits.Default, out var output, out error, TestContext.Current.CancellationToken), error?.Message);
        return output;
    }
}
