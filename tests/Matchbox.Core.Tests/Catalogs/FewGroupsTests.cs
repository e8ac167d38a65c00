using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Reading;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Catalogs;

/// <summary>A reading of what changed comes to what a reading of everything comes to, whatever happened before.</summary>
public class FewGroupsTests
{
    private const int Steps = 250;

    private readonly CatalogReader _reader = new(new HashSet<string>());

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public void After_any_sequence_of_changes_it_is_as_if_everything_had_been_read(int seed, bool onlySound)
    {
        var changes = new RandomDocuments(seed, onlySound);
        var documents = new DocumentSet(FolderContent.Empty with { IsThere = true }, PathMap<CatalogDocument>.Empty);
        var reading = _reader.Read(documents, null, "/data");
        var few = 0;
        for (var step = 0; step < Steps; step++)
        {
            // What was asked of a catalog before is worked on too.
            _ = reading.Catalog.SelectAsSent(changes.Machine());
            var next = changes.Change(documents);
            var now = _reader.Read(next, (documents, reading), "/data");
            few += ReferenceEquals(now.Catalog.Names, reading.Catalog.Names) ? 1 : 0;
            AssertSame(_reader.ReadAll(next, reading, "/data"), now, changes);
            if (onlySound)
            {
                AssertSame(_reader.Read(next, null, "/data"), now, changes, hasSameBefore: false);
            }
            (documents, reading) = (next, now);
        }
        Assert.True(few > Steps / 5, $"only {few} of {Steps} changes were read by themselves");
    }

    private static void AssertSame(CatalogReading expected, CatalogReading actual, RandomDocuments changes, bool hasSameBefore = true)
    {
        Assert.Equal(expected.Faults, actual.Faults);
        Assert.Equal(expected.Notes, actual.Notes);
        Assert.True(expected.Single.SetEquals(actual.Single));
        Assert.Equal(expected.Parts.Shadowed, actual.Parts.Shadowed);
        Assert.Equal(expected.Parts.Groups.Paths, actual.Parts.Groups.Paths);
        Assert.Equal(expected.Parts.Telling.Paths, actual.Parts.Telling.Paths);
        Assert.Equal(expected.Catalog.Groups.Select(Describe), actual.Catalog.Groups.Select(Describe));
        Assert.Equal(expected.Catalog.Groups.Select(OfferIn(expected)), actual.Catalog.Groups.Select(OfferIn(actual)));
        Assert.Equal(expected.Catalog.Ties.Select(tie => tie.Select(Describe)), actual.Catalog.Ties.Select(tie => tie.Select(Describe)));
        Assert.Equal(expected.Catalog.Offers.Select(offer => offer.Digest).Order(), actual.Catalog.Offers.Select(offer => offer.Digest).Order());
        if (hasSameBefore)
        {
            Assert.Equal(expected.Catalog.NewlyTakenOff.Select(offer => offer.Digest).Order(), actual.Catalog.NewlyTakenOff.Select(offer => offer.Digest).Order());
        }
        foreach (var group in actual.Catalog.Groups)
        {
            var same = expected.Catalog.Groups.Single(other => other.Path == group.Path);
            Assert.Equal(expected.Catalog.TiesWith(same).Select(Describe), actual.Catalog.TiesWith(group).Select(Describe));
        }
        for (var i = 0; i < 10; i++)
        {
            var (machine, source) = (changes.Machine(), changes.Source());
            Assert.Equal(Describe(expected.Catalog.Select(machine, source)), Describe(actual.Catalog.Select(machine, source)));
            Assert.Equal(Describe(expected.Catalog.SelectAsSent(machine)), Describe(actual.Catalog.SelectAsSent(machine)));
        }
        // Whatever index was made of which: one that is made of nothing but the groups says the same.
        var anew = new Catalog(actual.Catalog.Groups.OrderBy(group => group.Path, DocumentPath.Order), [], []);
        Assert.Equal(anew.Groups, actual.Catalog.Groups);
        Assert.Equal(anew.Ties.Select(tie => tie.AsEnumerable()), actual.Catalog.Ties.Select(tie => tie.AsEnumerable()));
        for (var i = 0; i < 10; i++)
        {
            var (machine, source) = (changes.Machine(), changes.Source());
            Assert.Same(anew.Select(machine, source), actual.Catalog.Select(machine, source));
            Assert.Same(anew.SelectAsSent(machine), actual.Catalog.SelectAsSent(machine));
        }
        var (one, two) = (expected.Catalog.Explain(new Labels()), actual.Catalog.Explain(new Labels()));
        Assert.Equal(one.Others.Select(verdict => Describe(verdict.Group)), two.Others.Select(verdict => Describe(verdict.Group)));
        Assert.Equal(one.Rest, two.Rest);
    }

    private static string Describe(Group? group) => group is null ? "none" : $"{group.Path} {group.Id} {group.Profile} {group.Priority} {group.Rules.Identity} {group.Metadata}";

    private static Func<Group, string> OfferIn(CatalogReading reading) =>
        group => reading.Catalog.OfferOf(group) is { } offer ? $"{offer.Digest} {offer.Fault} {offer.Installs}" : "none";

    /// <summary>Documents as somebody might write them, who is not always careful.</summary>
    private sealed class RandomDocuments(int seed, bool onlySound)
    {
        // A pseudo-random sequence that every run repeats.
        private readonly Random _random = new(seed);

        public Labels Machine() => new()
        {
            { "mac", $"52:54:00:00:00:0{_random.Next(6)}" }, { "os", Of("x", "y", "") }, { "uuid", Of("16e7d8a7-bfa9-428b-9117-363341bb330b", "A7D8E716-A9BF-8B42-9117-363341BB330B", "") },
        };

        public IPv4Address Source() => Of(default, new IPv4Address(0x0A000001), new IPv4Address(0x0A010001));

        public DocumentSet Change(DocumentSet documents)
        {
            for (var count = _random.Next(10) == 0 ? 80 : _random.Next(1, 4); count > 0; count--)
            {
                var path = _random.Next(12) switch
                {
                    0 => $"profiles/{Of("p", "t", "q", "sub/s")}.json",
                    1 => $"ignition/{Of("x.yaml", "y.ign")}",
                    2 => Of("groups/readme.txt", "groups/.hidden", "profiles/notes", "groups/sub/g.json", "generic/z.cfg"),
                    _ => $"groups/g{_random.Next(30)}.json",
                };
                var text = _random.Next(4) == 0 ? null : Text(path);
                documents = _random.Next(3) == 0
                    ? documents with { Stored = documents.Stored.With(path, text is null ? null : Document(path, text, DocumentOrigin.Store)) }
                    : documents with { Folder = documents.Folder with { Entries = documents.Folder.Entries.With(path, text is null ? null : new DeclaredEntry(Document(path, text, DocumentOrigin.Folder), "", default)) } };
            }
            if (!onlySound && _random.Next(20) == 0)
            {
                var path = $"groups/g{_random.Next(30)}.json";
                documents = documents with { Folder = documents.Folder with { Entries = documents.Folder.Entries.With(path, new DeclaredEntry(null, "cannot be read", default)) } };
            }
            return !onlySound && _random.Next(20) == 0 ? documents with { Folder = documents.Folder with { IsThere = !documents.Folder.IsThere } } : documents;
        }

        private static CatalogDocument Document(string path, string text, DocumentOrigin origin) => new(path, System.Text.Encoding.UTF8.GetBytes(text), origin);

        private string Text(string path) => !onlySound && _random.Next(12) == 0 ? Of("{", "", "[]", "{{")
            : path.StartsWith("groups/", StringComparison.Ordinal) ? GroupText()
            : path.StartsWith("profiles/", StringComparison.Ordinal) ? $$"""{"id": "p", "boot": {"kernel": "/k{{_random.Next(3)}}", "args": ["{{Of("a", "coreos.inst.install_dev=/dev/sda")}}"]}, "install": {{Of("true", "false")}}, "ignition_id": "{{Of("x.yaml", "x.yaml", "y.ign", onlySound ? "" : "../groups/g3.json")}}", "generic_id": "{{Of("", "", "z.cfg", "../groups/readme.txt")}}"}"""
            : path == "ignition/y.ign" ? """{"ignition": {"version": "3.3.0"}}"""
            : path == "generic/z.cfg" ? Of("plain", "{{.name}} of {{.os}}")
            : $"variant: flatcar\nversion: 1.{_random.Next(2)}.0\nstorage:\n  files:\n    - path: /etc/hostname\n      contents: {{inline: {{{{.{(onlySound ? "name" : Of("name", "os"))}}}}}}}\n";

        private string GroupText() => $$"""
            {"id": "{{Of("a", "b", "c")}}", "profile": "{{Of("p", "p", "t", "t", "t", "q", "", "sub/s", "./p", "../groups/g5")}}", "priority": {{Of(0, 0, 0, 1)}},
             "selector": { {{Of("", "\"mac\": \"52:54:00:00:00:01\"", "\"mac\": \"52:54:00:00:00:02\"", "\"os\": \"x\"", "\"os\": \"x\", \"mac\": \"52:54:00:00:00:01\"", "\"uuid\": \"16e7d8a7-bfa9-428b-9117-363341bb330b\"")}} },
             "match": { {{Of("", "", "\"os\": [\"x\", \"y\"]", "\"address\": { \"cidr\": \"10.0.0.0/16\" }")}} },
             "metadata": { {{(onlySound ? "\"name\": \"n\", \"os\": \"o\"" : Of("\"name\": \"n\"", "\"name\": \"m\", \"os\": \"o\"", ""))}} } }
            """;

        private T Of<T>(params ReadOnlySpan<T> some) => some[_random.Next(some.Length)];
    }
}
