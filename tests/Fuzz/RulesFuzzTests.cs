using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>A rules folder with damaged files: problems with their place, never an exception.</summary>
public sealed class RulesFuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minerflow-rules-").FullName;

    [Fact]
    public void DamagedRulesGiveProblems()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("rules"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            Put(file, File.ReadAllBytes(file));
        }

        FuzzRun.Rounds(random =>
        {
            var file = files[random.Below(files.Count)];
            var whole = File.ReadAllBytes(file);
            Put(file, Mutation.Of(whole, random));
            var problems = new List<Problem>();
            RuleSet.Load(_folder, problems);
            PoolDirectory.Load(_folder, problems);
            DeviceTable.Load(_folder, problems);
            NatLogTrial.ProfilesOf(_folder, problems);
            Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
            Put(file, whole);
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Put(string file, byte[] bytes)
    {
        var path = Path.Combine(_folder, Path.GetRelativePath(Repository.PathOf("rules"), file));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
