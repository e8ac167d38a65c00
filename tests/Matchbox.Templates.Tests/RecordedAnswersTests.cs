using System.Text;
using System.Text.Json;
using Matchbox.Testing;

namespace Matchbox.Templates.Tests;

/// <summary>The answers of the real poseidon/matchbox to requests that render a template.</summary>
public class RecordedAnswersTests
{
    private static readonly Dictionary<string, RecordedStore> Stores = [];

    public static TheoryData<RecordedCase> Cases()
    {
        var cases = new TheoryData<RecordedCase>();
        foreach (var store in Directory.GetDirectories(Corpus.MatchboxStores).Order(StringComparer.Ordinal))
        {
            var file = Path.Combine(store, "cases.jsonl");
            foreach (var line in File.Exists(file) ? File.ReadLines(file) : [])
            {
                if (RecordedCase.TryRead(store, line) is { } recorded)
                {
                    cases.Add(recorded);
                }
            }
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void A_template_renders_as_recorded(RecordedCase recorded)
    {
        var found = StoreAt(recorded.Store).Find(recorded.Kind, recorded.Query);
        if (recorded.Status == 200)
        {
            Assert.NotNull(found);
        }
        if (found is not var (file, data) || (recorded.Kind == "ignition" && Path.GetExtension(file) is ".ign" or ".ignition"))
        {
            return;
        }
        byte[]? output = null;
        var rendered = Template.TryParse("", File.ReadAllBytes(file), MissingKey.Error, out var template, out var error)
            && template.TryExecute(data, TemplateLimits.Default, out output, out error, TestContext.Current.CancellationToken);
        switch (recorded.Kind, recorded.Status)
        {
            case ("generic", 404):
                Assert.False(rendered, $"rendered {Encoding.UTF8.GetString(output ?? [])}");
                Assert.StartsWith("template: :", error!.Message, StringComparison.Ordinal);
                break;
            case ("ignition", 200):
                Assert.True(rendered, error?.Message);
                break;
            case (not "ignition", 200):
                Assert.True(rendered, error?.Message);
                Assert.Equal(recorded.Body, output);
                break;
        }
    }

    [Fact]
    public void There_are_hundreds_of_recorded_answers() => Assert.InRange(Cases().Count, 300, 10_000);

    private static RecordedStore StoreAt(string folder)
    {
        lock (Stores)
        {
            if (!Stores.TryGetValue(folder, out var store))
            {
                store = new RecordedStore(Path.Combine(folder, "data"));
                Stores.Add(folder, store);
            }
            return store;
        }
    }
}

/// <summary>A recorded request for /generic, /cloud or /ignition with a whole answer.</summary>
public sealed record RecordedCase(string Store, string Id, string Kind, string Query, int Status, byte[] Body)
{
    public override string ToString() => Id;

    internal static RecordedCase? TryRead(string store, string line)
    {
        using var document = JsonDocument.Parse(line);
        var request = document.RootElement.GetProperty("request");
        var response = document.RootElement.GetProperty("response");
        var target = request.GetProperty("target").GetString()!;
        var at = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = at < 0 ? (target, "") : (target[..at], target[(at + 1)..]);
        var status = response.GetProperty("status").GetInt32();
        if (path is not ("/generic" or "/cloud" or "/ignition") || status is not (200 or 404) || request.GetProperty("method").GetString() == "HEAD")
        {
            return null;
        }
        var body = response.TryGetProperty("body_b64", out var encoded)
            ? encoded.GetBytesFromBase64()
            : response.TryGetProperty("body", out var text) ? Encoding.UTF8.GetBytes(text.GetString()!) : [];
        return new RecordedCase(store, document.RootElement.GetProperty("id").GetString()!, path[1..], query, status, body);
    }
}
