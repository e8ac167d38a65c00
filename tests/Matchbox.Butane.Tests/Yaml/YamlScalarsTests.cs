using System.Text;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Tests.Yaml;

public sealed class YamlScalarsTests
{
    [Theory]
    [InlineData("!!null", "", "~", "null", "Null", "NULL")]
    [InlineData("!!bool", "true", "True", "TRUE", "false", "False", "FALSE")]
    [InlineData("!!int", "0", "12", "-12", "+420", "0644", "0o644", "0x1A4", "0X1a4", "0b1", "0B1", "0_644", "1__0", "-0x1", "0b-1", "0o-7", "18446744073709551615")]
    [InlineData("!!float", "1.5", ".5", "-.5", "5.", "1e3", "1E+3", "4.2e2", "0888", "18446744073709551616", "1_0.5", ".5_5", ".inf", "-.Inf", "+.INF", ".nan")]
    [InlineData("!!timestamp", "2001-01-01", "2001-1-1", "2001-12-14T21:59:43.10Z", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10", "2000-02-29", "0000-02-29", "2001-1-2  3:4:5")]
    [InlineData("!!merge", "<<")]
    [InlineData("!!str", "a", "tRue", "nULL", "yes", "no", "on", "1:30", "0x", "0b2", "0o8", "_1", "1e", "1e400", ".", "+", "-", "1.2.3", "0x1.8p1", "--1", "+-1", ".5__5", ".5_", "inf", "NaN", ".e5")]
    [InlineData("!!str", "2001-13-01", "2001-02-29", "2001-1-1T1:1", "2001-12-14 21:59:43.10 -5", "2001-01-01T24:00:00Z", "20010-1-1", "2001-01-01 ", "2001-12-14T21:59:43.10")]
    public void A_plain_text_means(string tag, params string[] texts) =>
        Assert.All(texts, text => Assert.Equal((text, tag), (text, YamlScalars.ShortTag(text))));

    [Theory]
    [InlineData("0644", 420)]
    [InlineData("0o644", 420)]
    [InlineData("0x1a4", 420)]
    [InlineData("0b110", 6)]
    [InlineData("0b-11", -3)]
    [InlineData("0_644", 420)]
    [InlineData("+420", 420)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("420.0", 420)]
    [InlineData("420.9", 420)]
    [InlineData("4.2e2", 420)]
    [InlineData("0888", 888)]
    [InlineData("9223372036854775808.0", long.MinValue)]
    [InlineData("-.inf", long.MinValue)]
    [InlineData("!!int \"420\"", 420)]
    [InlineData("!!float 3", 3)]
    public void A_field_of_integers_takes(string text, long expected)
    {
        Assert.True(Resolve(text).TryInt(out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("'0644'")]
    [InlineData("1:30")]
    [InlineData("9223372036854775808")]
    [InlineData("1e300")]
    [InlineData(".inf")]
    [InlineData(".nan")]
    [InlineData("true")]
    [InlineData("2001-01-01")]
    [InlineData("~")]
    public void A_field_of_integers_does_not_take(string text) => Assert.False(Resolve(text).TryInt(out _));

    [Theory]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("yes", true)]
    [InlineData("'yes'", true)]
    [InlineData("Off", false)]
    [InlineData("N", false)]
    [InlineData("!local on", true)]
    public void A_field_of_booleans_takes(string text, bool expected)
    {
        Assert.True(Resolve(text).TryBool(out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("'true'")]
    [InlineData("0")]
    [InlineData("yEs")]
    [InlineData("~")]
    public void A_field_of_booleans_does_not_take(string text) => Assert.False(Resolve(text).TryBool(out _));

    [Theory]
    [InlineData("!!bool yes", "cannot decode !!str `yes` as a !!bool")]
    [InlineData("!!int x", "cannot decode !!str `x` as a !!int")]
    [InlineData("!!int 2001-01-01", "cannot decode !!str `2001-01-01` as a !!int")]
    [InlineData("!!int 1.5", "cannot decode !!float `1.5` as a !!int")]
    [InlineData("!!int", "cannot decode !!null `` as a !!int")]
    [InlineData("!!float 18446744073709551615", "cannot decode !!int `18446744073709551615` as a !!float")]
    [InlineData("!!null 0", "cannot decode !!int `0` as a !!null")]
    [InlineData("!!timestamp 1", "cannot decode !!int `1` as a !!timestamp")]
    [InlineData("!!binary a", "!!binary value contains invalid base64 data")]
    [InlineData("!!binary aG k=", "!!binary value contains invalid base64 data")]
    public void A_tag_must_fit_its_text(string text, string expected)
    {
        Assert.True(YamlReader.TryRead(Encoding.UTF8.GetBytes(text), out var node, out _));
        Assert.False(YamlScalars.TryResolve(node!, out _, out var error));
        Assert.Equal("yaml: " + expected, error);
    }

    [Theory]
    [InlineData("!!str 12", "12")]
    [InlineData("! 12", "12")]
    [InlineData("1.50", "1.50")]
    [InlineData("!x 12", "12")]
    [InlineData("!!binary aGk=", "hi")]
    [InlineData("!!binary |\n  aG\n  k=\n", "hi")]
    public void A_field_of_text_takes_what_was_written(string text, string expected) => Assert.Equal(expected, Resolve(text).Text);

    private static YamlScalar Resolve(string text)
    {
        Assert.True(YamlReader.TryRead(Encoding.UTF8.GetBytes(text), out var node, out _));
        Assert.True(YamlScalars.TryResolve(node!, out var scalar, out var error), error);
        return scalar;
    }
}
