using Grpc.Core;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Groups: groups as documents. A put promises no check of what it makes: what does not read is reported by the catalog.</summary>
internal sealed class GroupsService(DocumentTree tree)
{
    public const string Part = "groups";

    public async Task<GroupPutResponse> PutAsync(GroupPutRequest request, CancellationToken cancellation)
    {
        if (request.Group is not { } group)
        {
            throw Answer.Malformed("GroupPut needs a group: send one with an id and a profile");
        }
        Answer.Require(group.Id.Length > 0, ProfileText.IdRequired);
        Answer.Require(group.Profile.Length > 0, "Group requires a Profile");
        var text = GroupText.Write(group, out var fault) ?? throw Answer.Unknown(fault);
        await tree.WriteAsync(Part, $"{group.Id}.json", text, cancellation);
        return new GroupPutResponse();
    }

    public Task<GroupGetResponse> GetAsync(GroupGetRequest request, CancellationToken cancellation) =>
        Task.FromResult(new GroupGetResponse { Group = Get(tree, request.Id) });

    public async Task<GroupDeleteResponse> DeleteAsync(GroupDeleteRequest request, CancellationToken cancellation)
    {
        await tree.RemoveAsync(Part, $"{request.Id}.json", cancellation);
        return new GroupDeleteResponse();
    }

    public Task<GroupListResponse> ListAsync(GroupListRequest request, CancellationToken cancellation) =>
        Task.FromResult(new GroupListResponse { Groups = { List(tree) } });

    /// <summary>All groups that can be read, in the order of their files.</summary>
    public static IEnumerable<Group> List(DocumentTree tree) => Answer.Readable(tree.Names(Part), id => Get(tree, id));

    private static Group Get(DocumentTree tree, string id) =>
        GroupText.Read(tree.Read(Part, $"{id}.json").Span, out var fault) ?? throw Answer.Unknown(fault);
}
