using System.Diagnostics;
using System.Text;
using Matchbox.Butane.Advice;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests;

/// <summary>No input throws, hangs or takes the memory.</summary>
public sealed class ButaneFuzzTests
{
    private const int Seed = 20_260_301;
    private const long MostAllocated = 256 << 20;

    // For a machine under load: what grows with the square of its input takes minutes.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly string[] Pieces =
    [
        "- ", ": ", "? ", "&a ", "*a", "<<: *a\n", "!!binary ", "!!int ", "\t", "\n  ", "|\n", ">-\n", "{", "}", "[", "]", "\"", "'", "%YAML 1.1\n", "---\n", "...\n",
        "99999999999999999999999", "1e400", "0x", ".nan", "~", "\0", "\u2028", "\ufeff", "storage:\n", "variant: fcos\n", "version: 1.5.0\n", "with_mount_unit: true\n",
    ];

    [Fact]
    public void Mutations_of_real_configs_are_answered()
    {
        var inputs = CorpusCase.All(Corpus.ButaneCases).Select(given => given.Input).Where(input => input.Length < 20_000).ToArray();
        var random = new Random(Seed);
        var rounds = Environment.GetEnvironmentVariable("MATCHBOX_LONG") is null ? 4_000 : 300_000;
        for (var round = 0; round < rounds; round++)
        {
            Answer(Mutate(inputs[random.Next(inputs.Length)], random), $"seed {Seed}, round {round}");
        }
    }

    public static TheoryData<string> Bombs => [.. BombTexts.Keys];

    [Theory, MemberData(nameof(Bombs))]
    public void Bombs_are_answered(string bomb)
    {
        // The code is compiled by a first call.
        Answer("variant: flatcar\nversion: 1.1.0\n"u8.ToArray(), "a first call");
        Answer(BombTexts[bomb](), bomb);
    }

    private static readonly Dictionary<string, Func<byte[]>> BombTexts = new()
    {
        ["aliases of aliases"] = () => Config(string.Concat(Enumerable.Range(1, 30).Select(i => $"x{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n")).Replace("*a0", "y", StringComparison.Ordinal) + "passwd: {users: [{name: a, groups: *a30}]}\n"),
        ["aliased structs"] = () => Config("x: &f {path: /a}\ny: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\nstorage: {files: *g, directories: *g, links: *g}\n"),
        ["equal keys by alias"] = () => Config($"storage:\n  files: [&a {{{string.Concat(Enumerable.Repeat("a: , ", 100))}}}{string.Concat(Enumerable.Repeat(", *a", 100_000))}]\n"),
        ["many keys by alias"] = () => Config($"passwd:\n  users:\n    - name: a\n      groups: [&a {{{string.Concat(Enumerable.Range(0, 20_000).Select(i => $"k{i}: , "))}}}{string.Concat(Enumerable.Repeat(", *a", 100_000))}]\n"),
        ["a long text by alias"] = () => Config($"passwd:\n  users:\n    - name: a\n      ssh_authorized_keys: [&a {new string('x', 500_000)}{string.Concat(Enumerable.Repeat(", *a", 100_000))}]\n"),
        ["a long text of the wrong kind by alias"] = () => Config($"storage:\n  files: [&a {new string('x', 500_000)}{string.Concat(Enumerable.Repeat(", *a", 100_000))}]\n"),
        ["instances of a long template"] = () => Config($"systemd:\n  units:\n    - name: a@.service\n      contents: \"{string.Concat(Enumerable.Repeat("[a]\\n", 50_000))}\"\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"    - {{name: a@{i}.service, enabled: true}}\n"))),
        ["two letters"] = () => Config("storage:\n  files:\n    - path: /a\n      contents:\n        inline: " + string.Concat(Noise(200_000).Select(octet => octet < 128 ? 'a' : 'b')) + "\n"),
        ["merges in merges"] = () => Config("storage:\n  files:\n    - " + string.Concat(Enumerable.Repeat("<<: {", 5_000)) + "path: /a" + new string('}', 5_000) + "\n"),
        ["a circle"] = () => Config("storage: &s\n  files: &f\n    - *f\n"),
        ["deep lists"] = () => Config("x: " + new string('[', 200_000)),
        ["deep maps"] = () => Config("x: " + string.Concat(Enumerable.Repeat("{a: ", 9_000))),
        ["deep blocks"] = () => Config(string.Concat(Enumerable.Range(0, 3_000).Select(depth => new string(' ', depth) + "a:\n"))),
        ["equal keys"] = () => Config(string.Concat(Enumerable.Repeat("a: 1\n", 20_000))),
        ["many keys"] = () => Config(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"k{i}: 1\n"))),
        ["many files"] = () => Config("storage:\n  files:\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"    - path: /a{i}\n"))),
        ["equal files"] = () => Config("storage:\n  files:\n" + string.Concat(Enumerable.Repeat("    - path: /a\n", 10_000))),
        ["many faults"] = () => Config("storage:\n  files:\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"    - path: a{i}\n      mode: 999999\n"))),
        ["links in links"] = () => Config("storage:\n  links:\n" + string.Concat(Enumerable.Range(1, 2_000).Select(i => $"    - path: {string.Concat(Enumerable.Repeat("/l", Math.Min(i, 200)))}{i}\n      target: /x\n"))),
        ["zeros"] = () => Config("storage:\n  files:\n    - path: /a\n      contents:\n        inline: " + new string('0', 1_000_000) + "\n"),
        ["noise"] = () => Config("storage:\n  files:\n    - path: /a\n      contents:\n        inline: " + Convert.ToBase64String(Noise(700_000)) + "\n"),
        ["one line"] = () => Config("x: " + new string('x', 1_000_000)),
        ["huge numbers"] = () => Config("storage:\n  files:\n    - path: /a\n      mode: " + new string('9', 100_000) + "\n"),
        ["no UTF-8"] = () => [.. Config("x: "), .. Enumerable.Repeat((byte)0xff, 100_000)],
        ["nothing but bytes"] = () => Noise(100_000),
        ["a unit of one line"] = () => Config("systemd:\n  units:\n    - name: a.service\n      contents: \"" + new string('x', 500_000) + "\"\n"),
        ["many sections"] = () => Config("systemd:\n  units:\n    - name: a.service\n      enabled: true\n      contents: \"" + string.Concat(Enumerable.Repeat("[a]\\n", 100_000)) + "\"\n"),
    };

    private static byte[] Config(string text) => Encoding.UTF8.GetBytes("variant: flatcar\nversion: 1.1.0\n" + text);

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(Seed).NextBytes(noise);
        return noise;
    }

    private static byte[] Mutate(byte[] input, Random random)
    {
        var mutated = input.ToList();
        for (var i = random.Next(1, 5); i > 0 && mutated.Count > 0; i--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(5))
            {
                case 0:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 30), mutated.Count - at));
                    break;
                case 1:
                    mutated.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 2:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 3:
                    mutated.InsertRange(at, mutated.GetRange(at, Math.Min(random.Next(1, 200), mutated.Count - at)));
                    break;
                default:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
            }
        }
        return [.. mutated];
    }

    private static void Answer(byte[] input, string which)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            var result = ButaneConverter.Convert(input, new ButaneOptions());
            Assert.True(result.Output is not null || result.Failure is not null, $"{which}: neither output nor failure");
            Adviser.On(result);
        }
        catch (Exception thrown) when (thrown is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"{which}: {thrown}");
        }
        var (took, allocated) = (watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(took < Longest, $"{which}: {took.TotalSeconds:0.00} s for {input.Length} octets");
        Assert.True(allocated < MostAllocated, $"{which}: {allocated >> 20} MB for {input.Length} octets");
    }
}
