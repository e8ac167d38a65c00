using Grpc.Core;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Groups: groups as documents. A put promises no check of what it makes: what does not read is reported by the catalog.</summary>
internal sealed class GroupsService(DocumentTree tree)
{
    public const string Part = "groups";

    public async Task<GroupPutResponse> PutAsync(GroupPutRequest request, GrpcCall call)
    {
        if (request.Group is not { } group)
        {
            throw Answer.Malformed("GroupPut needs a group: send one with an id and a profile");
        }
        Answer.Require(group.Id.Length > 0, ProfileText.IdRequired);
        Answer.Require(group.Profile.Length > 0, "Group requires a Profile");
        var text = GroupText.Write(group, out var fault) ?? throw Answer.Unknown(fault);
        await tree.WriteAsync(Part, $"{group.Id}.json", text, call);
        return new GroupPutResponse();
    }

    public Task<GroupGetResponse> GetAsync(GroupGetRequest request, GrpcCall call) =>
        Task.FromResult(new GroupGetResponse { Group = Get(tree, request.Id, call) });

    public async Task<GroupDeleteResponse> DeleteAsync(GroupDeleteRequest request, GrpcCall call)
    {
        await tree.RemoveAsync(Part, $"{request.Id}.json", call);
        return new GroupDeleteResponse();
    }

    public Task<GroupListResponse> ListAsync(GroupListRequest request, GrpcCall call) =>
        Task.FromResult(new GroupListResponse { Groups = { Answer.Readable(tree.Names(Part, call), id => Get(tree, id, call)) } });

    /// <summary>The group of that file.</summary>
    /// <exception cref="RpcException">It is not there, or broken.</exception>
    public static Group Get(DocumentTree tree, string id, GrpcCall call) =>
        GroupText.Read(tree.Read(Part, $"{id}.json", call).Span, out var fault) ?? throw Answer.Unknown(fault);
}
