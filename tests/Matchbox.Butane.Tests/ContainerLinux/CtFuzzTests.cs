using System.Diagnostics;
using System.Text;
using Matchbox.Butane.ContainerLinux;

namespace Matchbox.Butane.Tests.ContainerLinux;

/// <summary>No bytes whatsoever throw or take long.</summary>
public sealed class CtFuzzTests
{
    private static readonly string[] Scraps =
    [
        "&a ", "*a", "<<: *a", "<<: [*a, {x: y}]", "- ", ": ", "? ", "{", "}", "[", "]", "!!binary ", "!!int ", "!!null ", "~", "\n", "  ",
        "\"", "'", "|\n", "%", "#", "\0", "\u00ff", "\ufeff", "---\n", "null", "-1", "1e999", "0x", "{HOSTNAME}", "://", "%zz",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_mutated_config_neither_throws_nor_takes_long(int seed)
    {
        var random = new Random(seed);
        var configs = RecordedRun.Cases.Select(recorded => recorded.Input).ToArray();
        for (var i = 0; i < 1500; i++)
        {
            var config = Mutate(configs[random.Next(configs.Length)], configs, random);
            var options = new ContainerLinuxOptions
            {
                Platform = ContainerLinuxConverter.Platforms[random.Next(ContainerLinuxConverter.Platforms.Count)],
                IsPretty = random.Next(2) == 0,
            };

            Convert(config, options);
        }
    }

    [Fact]
    public void Hostile_configs_neither_throw_nor_take_long()
    {
        var keys = new StringBuilder();
        var merges = new StringBuilder("a0: &a0 {}\n");
        var aliases = new StringBuilder("x: &x [y]\nsystemd:\n  units:\n");
        for (var i = 0; i < 20_000; i++)
        {
            keys.Append("storage: 1\n");
            merges.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i + 1}: &a{i + 1} {{<<: *a{i}}}\n");
            aliases.Append("    - *x\n");
        }
        merges.Append("update: *a20000\n");
        var bomb = new StringBuilder("b0: &b0 {group: x}\n");
        for (var i = 0; i < 20; i++)
        {
            var all = string.Join(", ", Enumerable.Repeat($"*b{i}", 20));
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"b{i + 1}: &b{i + 1} {{<<: [{all}]}}\n");
        }
        bomb.Append("update: *b20\n");

        var again = string.Concat(Enumerable.Repeat(", *a", 50_000));
        Convert(Encoding.UTF8.GetBytes($"storage:\n  files: [&a {{{string.Concat(Enumerable.Repeat("a: , ", 100))}}}{again}]\n"), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes($"storage:\n  files: [&a {new string('x', 500_000)}{again}]\n"), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"k{i}: 1\n")) + $"storage:\n  files: [{string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{{path: /a{i}, filesystem: root}}, "))}]\n"), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes(keys.ToString()), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes(merges.ToString()), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes(aliases.ToString()), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes(bomb.ToString()), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes("update: &a {<<: *a}\n"), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes("update: " + string.Concat(Enumerable.Repeat("{<<: ", 9_000)) + "{}" + new string('}', 9_000)), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes("systemd: {units: [{name: a.service, contents: '" + new string('[', 1_000_000) + "'}]}"), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes("storage:\n  files:\n" + string.Concat(Enumerable.Repeat("  - {path: /a}\n", 10_000))), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes(new string('[', 9_000)), new ContainerLinuxOptions());
        Convert(Encoding.UTF8.GetBytes("storage: " + new string('[', 5_000) + new string(']', 5_000)), new ContainerLinuxOptions());
    }

    private static void Convert(byte[] config, ContainerLinuxOptions options)
    {
        var watch = Stopwatch.StartNew();
        var result = ContainerLinuxConverter.Convert(config, options);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
        Assert.True(result.IsConverted || result.Report.Length > 0);
    }

    private static byte[] Mutate(byte[] config, byte[][] others, Random random)
    {
        var bytes = config.ToList();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Scraps[random.Next(Scraps.Length)]));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at));
                    break;
                case 3:
                    var other = others[random.Next(others.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(60), other.Length - from)).ToArray());
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }
}
