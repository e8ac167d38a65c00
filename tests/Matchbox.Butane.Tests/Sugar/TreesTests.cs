using System.Text;
using Matchbox.Butane.Ignition;

namespace Matchbox.Butane.Tests.Sugar;

public sealed class TreesTests
{
    private const string Config =
        """
        variant: flatcar
        version: 1.1.0
        storage:
          trees:
            - local: tree
        """;

    [Fact]
    public void Files_stand_in_the_order_of_their_names_UTF8_bytes()
    {
        // U+1F600 is a pair of surrogates, which UTF-16 puts before U+FF00.
        var result = Convert(new OneFolder("\U0001F600", "\uFF00", "b", "a\U0001F601", "a\uFF00", "a", "\uD7FF"));

        var paths = result.Config!.Struct(Matchbox.Butane.Ignition.Config.Storage)!.List(StorageSection.Files).Select(file => file.Text(FileNode.Path)!);

        Assert.Equal(["/a", "/a\uFF00", "/a\U0001F601", "/b", "/\uD7FF", "/\uFF00", "/\U0001F600"], paths);
    }

    [Fact]
    public void A_folder_that_is_not_let_into_says_so() =>
        Assert.Equal("open files/tree: permission denied", Assert.Single(Convert(new OneFolder { IsClosed = true }).Report.Findings).Message);

    [Fact]
    public void A_folder_that_is_gone_says_so() =>
        Assert.Equal("open files/tree: no such file or directory", Assert.Single(Convert(new OneFolder { IsClosed = true, Vanishes = true }).Report.Findings).Message);

    private static ButaneResult Convert(ILocalFiles files) => ButaneConverter.Convert(Encoding.UTF8.GetBytes(Config), new ButaneOptions { Files = files });

    // Of empty files.
    private sealed class OneFolder(params string[] names) : ILocalFiles
    {
        private bool _isListed;

        public bool IsClosed { get; init; }

        public bool Vanishes { get; init; }

        public string Name => "files";

        public string FullName => "/files";

        public bool TryRead(string path, out byte[] contents, out LocalFault error)
        {
            (contents, error) = ([], default);
            return true;
        }

        public LocalKind Follow(string path) => Vanishes && _isListed ? LocalKind.Missing : LocalKind.Folder;

        public LocalEntry Look(string path) => new(path, LocalKind.Folder);

        public IReadOnlyList<LocalEntry>? List(string path)
        {
            _isListed = true;
            return IsClosed ? null : [.. names.Select(name => new LocalEntry(name, LocalKind.File))];
        }
    }
}
