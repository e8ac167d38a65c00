using System.Text.RegularExpressions;
using Matchbox.Core.Boot;
using Matchbox.Http.Boot.Signing;
using Matchbox.Testing;

namespace Matchbox.Http.Tests.Boot;

/// <summary>The recorded answers of poseidon/matchbox, octet for octet: all of them in strict mode, all but the documented ones otherwise.</summary>
public class CorpusTests
{
    /// <summary>
    /// By which entry of docs/compatibility.md an answer differs in standard mode. The pattern is of store, method and target.
    /// </summary>
    private static readonly (string Entry, Regex Cases)[] Documented =
    [
    ];

    public static TheoryData<string> Stores() => [.. Directory.EnumerateDirectories(Corpus.MatchboxStores)
        .Where(folder => File.Exists(Path.Combine(folder, "cases.jsonl"))).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Stores))]
    public async Task Strict_answers_are_those_of_poseidon_matchbox(string store)
    {
        var differences = await DifferencesAsync(store, CompatibilityMode.Strict);
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Select(pair => $"{pair.Case.Id} {pair.Case.Method} {pair.Case.Target}: {pair.Difference}"))}");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Standard_answers_differ_only_where_it_is_documented(string store)
    {
        var differences = await DifferencesAsync(store, CompatibilityMode.Standard);
        var unexplained = differences.Where(pair => !Documented.Any(entry => entry.Cases.IsMatch($"{store} {pair.Case.Method} {pair.Case.Target}"))).ToArray();
        Assert.True(unexplained.Length == 0, $"{unexplained.Length} differ:\n{string.Join('\n', unexplained.Select(pair => $"{pair.Case.Id} {pair.Case.Method} {pair.Case.Target}: {pair.Difference}"))}");
    }

    private static async Task<List<(CorpusCase Case, string Difference)>> DifferencesAsync(string store, CompatibilityMode mode)
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
        var differences = new List<(CorpusCase, string)>();
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
                differences.Add((recorded, difference));
            }
        }
        return differences;
    }
}
