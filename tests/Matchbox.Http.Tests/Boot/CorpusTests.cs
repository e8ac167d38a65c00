using System.Text.RegularExpressions;
using Matchbox.Core.Boot;
using Matchbox.Http.Boot.Signing;
using Matchbox.Testing;

namespace Matchbox.Http.Tests.Boot;

/// <summary>The recorded answers of poseidon/matchbox, octet for octet: all of them in strict mode, all but the documented ones otherwise.</summary>
public class CorpusTests
{
    private const string Broken = "A fault of ours is a 500 that says what and where";
    private const string Gated = "Installers are gated";
    private const string Newer = "Newer Ignition is served as what it is";
    private const string Uuid = "A UUID is one value";

    /// <summary>
    /// By which entry of docs/compatibility.md an answer differs in standard mode: of which store and target, and from which status to
    /// which. An entry that nothing differs by fails.
    /// </summary>
    private static readonly Entry[] Documented =
    [
        new(Gated, "examples-fedora-coreos-install", "^/(ipxe|grub|ignition)", 200, [200, 404]),
        new(Gated, "examples-flatcar-install", "^/(ipxe|grub|ignition)", 200, [200, 404]),
        // A wiped disk is an installer's mark.
        new(Gated, "main", "^/ignition\\?(b=bootdevice-mirror|i=disks)", 200, [404]),
        new(Broken, "main", "^/(ignition|generic|cloud)\\?", 404, [500]),
        new(Broken, "main", "^/ignition\\?i=(emptyobj|trunc|badtype)", 200, [500]),
        new(Newer, "main", "^/ignition\\?(b=ver-(fcos-1.6.0|flatcar-1.2.0-experimental)|i=ver-)", 200, [200]),
        new(Uuid, "main", "^/ipxe\\?uuid=", 200, [200]),
    ];

    [Fact]
    public void Each_entry_is_documented()
    {
        var page = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "compatibility.md"));
        Assert.All(Documented, entry => Assert.Contains($"### {entry.Name}", page));
    }

    public static TheoryData<string> Stores() => [.. Directory.EnumerateDirectories(Corpus.MatchboxStores)
        .Where(folder => File.Exists(Path.Combine(folder, "cases.jsonl"))).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Stores))]
    public async Task Strict_answers_are_those_of_poseidon_matchbox(string store)
    {
        var differences = await DifferencesAsync(store, CompatibilityMode.Strict);
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Select(Describe))}");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Standard_answers_differ_only_where_it_is_documented(string store)
    {
        var differences = await DifferencesAsync(store, CompatibilityMode.Standard);
        var own = Documented.Where(entry => entry.Store == store).ToArray();
        var unexplained = differences.Where(pair => !own.Any(entry => entry.Explains(pair.Case, pair.Status))).ToArray();
        Assert.True(unexplained.Length == 0, $"{unexplained.Length} differ:\n{string.Join('\n', unexplained.Select(Describe))}");
        Assert.All(own, entry => Assert.Contains(differences, pair => entry.Explains(pair.Case, pair.Status)));
    }

    private static string Describe((CorpusCase Case, int Status, string Text) difference) =>
        $"{difference.Case.Id} {difference.Case.Method} {difference.Case.Target}: {difference.Text}";

    private static async Task<List<(CorpusCase Case, int Status, string Text)>> DifferencesAsync(string store, CompatibilityMode mode)
    {
        var folder = Path.Combine(Corpus.MatchboxStores, store);
        var (assets, keyring) = (Path.Combine(folder, "data", "assets"), Path.Combine(folder, "keyring"));
        await using var host = await BootHost.StartAsync(data: Path.Combine(folder, "data"), settings: given => given with
        {
            AssetsPath = Directory.Exists(assets) ? assets : null,
            Compatibility = mode,
            Signer = Directory.Exists(keyring) ? OpenPgpSigner.Load(Path.Combine(keyring, "secring.gpg"), null, TimeProvider.System) : null,
        });
        var check = Directory.Exists(keyring) ? new SignatureCheck(Path.Combine(keyring, "pubring.gpg")) : null;
        var differences = new List<(CorpusCase, int, string)>();
        foreach (var recorded in CorpusCase.Of(folder))
        {
            var answer = await recorded.AskAsync(host, null, TestContext.Current.CancellationToken);
            var difference = recorded.Difference(answer);
            if (difference is null && recorded.IsSignature && recorded.Method != "HEAD")
            {
                var suffix = recorded.Target.Contains(".asc", StringComparison.Ordinal) ? ".asc" : ".sig";
                var plain = await recorded.AskAsync(host, recorded.Target.Replace(suffix, "", StringComparison.Ordinal), TestContext.Current.CancellationToken);
                difference = check!.WhyNot(answer.Body, plain.Body, suffix == ".asc");
            }
            if (difference is not null)
            {
                differences.Add((recorded, answer.Status, difference));
            }
        }
        return differences;
    }

    private sealed record Entry(string Name, string Store, string Targets, int From, int[] To)
    {
        private readonly Regex _targets = new(Targets, RegexOptions.CultureInvariant);

        public bool Explains(CorpusCase recorded, int status) =>
            recorded.Status == From && To.Contains(status) && _targets.IsMatch(recorded.Target);
    }
}
