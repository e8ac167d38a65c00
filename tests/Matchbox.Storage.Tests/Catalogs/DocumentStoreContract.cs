using System.Text;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Storage.Tests.Catalogs;

/// <summary>What every store of documents promises. A new store adds one class that opens it.</summary>
public abstract class DocumentStoreContract : IDisposable
{
    protected abstract IDocumentStore Open();

    /// <summary>Closes and opens again, as a restart does.</summary>
    protected abstract IDocumentStore Reopen();

    public abstract void Dispose();

    [Fact]
    public void A_new_store_is_empty() => Assert.Empty(Open().Load());

    [Fact]
    public void Documents_survive_a_restart_octet_for_octet()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        Open().Apply([new DocumentChange("generic/octets", all), new DocumentChange("groups/ä/😀.json", "{}"u8.ToArray()), new DocumentChange("cloud/empty", Array.Empty<byte>())]);
        var loaded = Reopen().Load().ToDictionary(document => document.Path, StringComparer.Ordinal);
        Assert.Equal(all, loaded["generic/octets"].Content.ToArray());
        Assert.Equal("{}", Encoding.UTF8.GetString(loaded["groups/ä/😀.json"].Content.Span));
        Assert.True(loaded["cloud/empty"].Content.IsEmpty);
        Assert.All(loaded.Values, document => Assert.Equal(DocumentOrigin.Store, document.Origin));
    }

    [Theory]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(16 << 20)]
    public void A_document_may_have_16_MiB(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var store = Open();
        store.Apply([new DocumentChange("ignition/large.ign", content)]);
        Assert.True(Assert.Single(Reopen().Load()).Content.Span.SequenceEqual(content));
    }

    [Fact]
    public void A_set_writes_replaces_and_removes_at_once()
    {
        var store = Open();
        store.Apply([new DocumentChange("groups/a.json", new byte[3 << 20]), new DocumentChange("groups/b.json", "b"u8.ToArray())]);
        store.Apply([new DocumentChange("groups/a.json", "a2"u8.ToArray()), new DocumentChange("groups/b.json", null), new DocumentChange("groups/c.json", "c"u8.ToArray()), new DocumentChange("groups/none.json", null)]);
        Assert.Equal(["groups/a.json=a2", "groups/c.json=c"], Reopen().Load().Select(document => $"{document.Path}={Encoding.UTF8.GetString(document.Content.Span)}").Order());
    }

    [Fact]
    public void Paths_differ_by_case()
    {
        Open().Apply([new DocumentChange("groups/a.json", "1"u8.ToArray()), new DocumentChange("groups/A.json", "2"u8.ToArray())]);
        Assert.Equal(2, Reopen().Load().Count);
    }

    [Fact]
    public void The_longest_path_is_kept()
    {
        var path = $"groups/{string.Join('/', Enumerable.Repeat(new string('x', 240), 4))}/{new string('y', 20)}";
        Assert.True(DocumentPath.TryClean(path, out _, out _));
        Open().Apply([new DocumentChange(path, "1"u8.ToArray())]);
        Assert.Equal(path, Assert.Single(Reopen().Load()).Path);
    }
}
