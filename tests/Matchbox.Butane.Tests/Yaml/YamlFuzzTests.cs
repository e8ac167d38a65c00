using System.Text;
using Matchbox.Butane.Yaml;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.Yaml;

/// <summary>Seeded noise: whatever the bytes, there is an answer, and it does not depend on how the text is encoded.</summary>
public sealed class YamlFuzzTests
{
    private static readonly string[] Pieces =
    [
        "a", "b: ", "key:", "- ", "? ", ": ", ",", "[", "]", "{", "}", "#", " # c", "&a ", "*a", "!t ", "!!str ", "|", ">", "|-", "|2", "'", "\"",
        "\\", "\\x41", "\n", "\n", "\n  ", "\n    ", "\n\t", " ", "\t", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! x\n", "<<", "~", "12", "é", "😀",
        "\n# c\n", "\n  # c", "\ufeff", "@", "'x'", "\"x\"", "\n\n",
    ];

    [Fact]
    public void Random_pieces_of_yaml_read_the_same_in_every_encoding()
    {
        var random = new Random(2002);
        for (var round = 0; round < 15_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (text.StartsWith('\ufeff') || text.EndsWith('\\'))
            {
                continue;
            }
            var expected = YamlOutline.Of(text);

            Assert.Equal((text, expected), (text, Outline([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)])));
            Assert.Equal((text, expected), (text, Outline([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)])));
            AssertSane(text, expected);
        }
    }

    [Fact]
    public void Recorded_texts_with_flipped_cut_and_doubled_bytes_are_answered()
    {
        var random = new Random(1202);
        var texts = Directory.GetFiles(Corpus.ButaneCases, "config.bu", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(text => text.Length is > 0 and < 4000).ToArray();
        for (var round = 0; round < 3_000; round++)
        {
            var text = texts[random.Next(texts.Length)].ToList();
            for (var change = random.Next(1, 4); change > 0 && text.Count > 0; change--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0:
                        text[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        text.RemoveRange(at, Math.Min(random.Next(20), text.Count - at));
                        break;
                    case 2:
                        text.InsertRange(at, text.GetRange(at, Math.Min(random.Next(40), text.Count - at)));
                        break;
                    default:
                        text.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                        break;
                }
            }
            AssertSane("", Outline([.. text]));
        }
    }

    [Fact]
    public void Windows_line_ends_change_nothing()
    {
        foreach (var file in Directory.GetFiles(Corpus.ButaneCases, "config.bu", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (!text.Contains('\r', StringComparison.Ordinal) && !text.Contains('\uFFFD', StringComparison.Ordinal))
            {
                Assert.Equal(YamlOutline.Of(text), YamlOutline.Of(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
            }
        }
    }

    [Theory]
    [InlineData("", "[", "")]
    [InlineData("", "- ", "")]
    [InlineData("", "a: b\n", "")]
    [InlineData("[", "[],", "]")]
    [InlineData("\"", "a\n", "\"")]
    [InlineData("a: |\n", "  x\n", "")]
    [InlineData("a:\n", "#\n #\n", "")]
    [InlineData("", "%TAG !a! x\n", "")]
    [InlineData("- &a x\n", "- *a\n", "")]
    [InlineData("", "\ufeff\n", "")]
    public void A_quarter_of_a_megabyte_of_the_same_is_no_burden(string start, string repeated, string end)
    {
        var text = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, 250_000 / repeated.Length)) + end);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _ = YamlReader.TryRead(text, out _, out _);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L * text.Length);
    }

    private static string Outline(byte[] text) => YamlReader.TryRead(text, out var root, out var error) ? YamlOutline.Of(root) : error;

    private static void AssertSane(string text, string outline) =>
        Assert.True(outline.StartsWith("yaml: ", StringComparison.Ordinal) || outline == "nothing" || char.IsAsciiDigit(outline[0]), text);
}
