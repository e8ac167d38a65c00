using Matchbox.Butane.ContainerLinux.Conversion;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;

namespace Matchbox.Butane.Tests.ContainerLinux;

/// <summary>What Go itself, or the Go package named, says of the same texts.</summary>
public sealed class GoTests
{
    [Theory]
    [InlineData("http://example.com/a?b=c#d", "http://example.com/a?b=c#d")]
    [InlineData("HTTP://EX.com/ü?q", "http://EX.com/%C3%BC?q")]
    [InlineData("http://h/a b", "http://h/a%20b")]
    [InlineData("http://h/%2f%41", "http://h/%2f%41")]
    [InlineData("https://u:p%40@h:80/x/../y", "https://u:p%40@h:80/x/../y")]
    [InlineData("http://[fe80::1%25en0]:80/", "http://[fe80::1%25en0]:80/")]
    [InlineData("data:,a b", "data:,a b")]
    [InlineData("http:/a", "http:/a")]
    [InlineData("x://", "x:")]
    [InlineData("//h/p", "//h/p")]
    [InlineData("http://h?", "http://h?")]
    public void A_url_is_written_as_net_url_writes_it(string text, string expected)
    {
        Assert.True(GoUrl.TryParse(text, out var url, out _));
        Assert.Equal(expected, url.ToString());
    }

    [Theory]
    [InlineData("http://%zz", "parse \"http://%zz\": invalid URL escape \"%zz\"")]
    [InlineData(":x", "parse \":x\": missing protocol scheme")]
    [InlineData("a:b/c#%x", "parse \"a:b/c#%x\": invalid URL escape \"%x\"")]
    [InlineData("1:2", "parse \"1:2\": first path segment in URL cannot contain colon")]
    [InlineData("http://h:x/", "parse \"http://h:x/\": invalid port \":x\" after host")]
    [InlineData("http://a b/", "parse \"http://a b/\": invalid character \" \" in host name")]
    [InlineData("http://[::1", "parse \"http://[::1\": missing ']' in host")]
    [InlineData("http://a\n", "parse \"http://a\\n\": net/url: invalid control character in URL")]
    public void A_text_that_is_no_url_is_refused_in_the_words_of_net_url(string text, string expected)
    {
        Assert.False(GoUrl.TryParse(text, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("100% sure", "100%!s(MISSING)ure")]
    [InlineData("a%zb", "a%!z(MISSING)b")]
    [InlineData("50%", "50%!(NOVERB)")]
    [InlineData("%%", "%")]
    [InlineData("%[1]d", "%!d(BADINDEX)")]
    [InlineData("%*.*f", "%!(BADWIDTH)%!(BADPREC)%!f(MISSING)")]
    [InlineData("%-08.3ü", "%!ü(MISSING)")]
    public void A_format_without_arguments_says_that_they_are_missing(string format, string expected) =>
        Assert.Equal(expected, GoFormat.WithoutArguments(format));

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\t\n\r\a\b\f\v\0\u007f", "\"\\t\\n\\r\\a\\b\\f\\v\\x00\\x7f\"")]
    [InlineData("ü🎉\u2028\u00ad\u00a0", "\"ü🎉\\u2028\\u00ad\\u00a0\"")]
    public void A_text_is_quoted_as_strconv_does(string text, string expected) => Assert.Equal(expected, GoText.Quote(text));

    [Fact]
    public void Bytes_that_are_no_utf8_come_through_unharmed()
    {
        byte[] bytes = [0x61, 0xff, 0xc3, 0xbc, 0xc3, 0xf0, 0x9f, 0x8e, 0x89, 0x80];

        var text = LooseText.FromBytes(bytes);

        Assert.Equal(bytes, LooseText.ToBytes(text));
        Assert.Equal("\"a\\xffü\\xc3🎉\\x80\"", GoText.Quote(text));
    }

    [Theory]
    [InlineData("14:00", true)]
    [InlineData("1:30", true)]
    [InlineData("24:00", false)]
    [InlineData("1:3", false)]
    [InlineData("1:60", false)]
    [InlineData("1:300", false)]
    [InlineData("4", false)]
    public void A_clock_has_hours_and_minutes(string text, bool isClock) => Assert.Equal(isClock, GoTime.IsClock(text));

    [Theory]
    [InlineData("1h30m", true)]
    [InlineData("-1.5h", true)]
    [InlineData(".5s", true)]
    [InlineData("0", true)]
    [InlineData("2562047h47m16.854775807s", true)]
    [InlineData("2562047h47m16.854775808s", false)]
    [InlineData("", false)]
    [InlineData("1", false)]
    [InlineData("1d", false)]
    [InlineData("1h 2m", false)]
    public void A_duration_has_units(string text, bool isDuration) => Assert.Equal(isDuration, GoTime.IsDuration(text));

    [Theory]
    [InlineData("", null, null)]
    [InlineData("0", 0L, null)]
    [InlineData("1GiB512MiB", 1536L, null)]
    [InlineData("1.5GB", 1536L, null)]
    [InlineData("+2MB", 2L, null)]
    [InlineData("1MB1B", null, "invalid dimension (finest granularity is 1MiB)")]
    [InlineData("-1MB", null, "invalid dimension (negative): \"-1MB\"")]
    [InlineData("8EB", null, "invalid dimension (negative): \"8EB\"")]
    [InlineData("9EB", null, "units: overflow parsing unit")]
    [InlineData("1kB", null, "units: unknown unit kB in 1kB")]
    [InlineData("1 MB", null, "units: unknown unit  MB in 1 MB")]
    [InlineData("MB", null, "units: invalid MB")]
    [InlineData("-", null, "units: invalid -")]
    public void A_dimension_is_whole_mebibytes(string text, long? mebibytes, string? error)
    {
        Assert.Equal(error is null, Dimension.TryParse(text, out var value, out var fault));
        Assert.Equal(error, fault);
        Assert.Equal(mebibytes, error is null ? value : null);
    }
}
