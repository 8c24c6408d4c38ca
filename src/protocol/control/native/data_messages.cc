#include "protocol/control/native/data_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kUploadAnswer[] = {
    Of<&UploadAnswer::sha256>("sha256"),
    Of<&UploadAnswer::size>("size"),
};
constexpr Field kDataColumn[] = {
    Of<&DataColumn::name>("name"),
    Of<&DataColumn::type>("type"),
};
constexpr Field kDataFile[] = {
    Of<&DataFile::path>("path"),
    Of<&DataFile::sha256>("sha256"),
    Of<&DataFile::rows>("rows"),
    Of<&DataFile::bytes>("bytes"),
};
constexpr Field kDatasetVersion[] = {
    Of<&DatasetVersion::version>("version"),
    Of<&DatasetVersion::id>("id"),
    Of<&DatasetVersion::digest>("digest"),
    Of<&DatasetVersion::parent>("parent"),
    Of<&DatasetVersion::mode>("mode"),
    Of<&DatasetVersion::columns>("columns"),
    Of<&DatasetVersion::added>("added"),
    Of<&DatasetVersion::removed>("removed"),
    Of<&DatasetVersion::changed>("changed"),
    Of<&DatasetVersion::rows>("rows"),
    Of<&DatasetVersion::files>("files"),
    Of<&DatasetVersion::bytes>("bytes"),
    Of<&DatasetVersion::actor>("actor"),
    Of<&DatasetVersion::source>("source"),
    Of<&DatasetVersion::message>("message"),
    Of<&DatasetVersion::batch>("batch"),
    Of<&DatasetVersion::created_ms>("created_ms"),
    Of<&DatasetVersion::outcome>("outcome"),
    Of<&DatasetVersion::checks>("checks"),
};
constexpr Field kDataset[] = {
    Of<&Dataset::id>("id"),
    Of<&Dataset::name>("name"),
    Of<&Dataset::kind>("kind"),
    Of<&Dataset::location>("location"),
    Of<&Dataset::created_ms>("created_ms"),
    Of<&Dataset::latest>("latest"),
};
constexpr Field kDatasetsAnswer[] = {
    Of<&DatasetsAnswer::datasets>("datasets"),
};
constexpr Field kDatasetAnswer[] = {
    Of<&DatasetAnswer::dataset>("dataset"),
};
constexpr Field kListDatasetVersions[] = {
    Of<&ListDatasetVersions::limit>("limit"),
    Of<&ListDatasetVersions::before>("before"),
};
constexpr Field kDatasetVersionsAnswer[] = {
    Of<&DatasetVersionsAnswer::versions>("versions"),
    Of<&DatasetVersionsAnswer::has_more>("has_more"),
};
constexpr Field kDatasetVersionAnswer[] = {
    Of<&DatasetVersionAnswer::version>("version"),
    Of<&DatasetVersionAnswer::files>("files"),
};
constexpr Field kUploadedFile[] = {
    Of<&UploadedFile::sha256>("sha256").Required(),
    Of<&UploadedFile::name>("name").Bytes(1000),
    Of<&UploadedFile::format>("format").Required(),
};
constexpr Field kCommitDataset[] = {
    Of<&CommitDataset::mode>("mode"),
    Of<&CommitDataset::uploads>("uploads").Items(1000),
    Of<&CommitDataset::keys>("keys").Items(100),
    Of<&CommitDataset::where>("where").Bytes(10000),
    Of<&CommitDataset::source>("source").Bytes(1000),
    Of<&CommitDataset::message>("message").Bytes(10000),
    Of<&CommitDataset::batch>("batch").Bytes(250),
};
constexpr Field kCompareDataset[] = {
    Of<&CompareDataset::from>("from"),       Of<&CompareDataset::to>("to"),
    Of<&CompareDataset::keys>("keys"),       Of<&CompareDataset::limit>("limit"),
    Of<&CompareDataset::samples>("samples"),
};
constexpr Field kDataColumnChange[] = {
    Of<&DataColumnChange::name>("name"),
    Of<&DataColumnChange::before>("before"),
    Of<&DataColumnChange::after>("after"),
};
constexpr Field kTreeFile[] = {
    Of<&TreeFile::path>("path"),     Of<&TreeFile::change>("change"),
    Of<&TreeFile::sha256>("sha256"), Of<&TreeFile::before>("before"),
    Of<&TreeFile::bytes>("bytes"),   Of<&TreeFile::executable>("executable"),
};
constexpr Field kListTreeFiles[] = {
    Of<&ListTreeFiles::limit>("limit"),
    Of<&ListTreeFiles::after>("after").Bytes(2000),
};
constexpr Field kTreeFilesAnswer[] = {
    Of<&TreeFilesAnswer::files>("files"),
    Of<&TreeFilesAnswer::has_more>("has_more"),
};
constexpr Field kCommitTree[] = {
    Of<&CommitTree::tree>("tree").Required(),
    Of<&CommitTree::source>("source").Bytes(1000),
    Of<&CommitTree::message>("message").Bytes(10000),
    Of<&CommitTree::batch>("batch").Bytes(250),
};
constexpr Field kObjectList[] = {
    Of<&ObjectList::sha256>("sha256").Items(10000),
};
constexpr Field kDataRowChange[] = {Of<&DataRowChange::change>("change"),
                                    Of<&DataRowChange::before>("before"),
                                    Of<&DataRowChange::after>("after")};
constexpr Field kDataRowChanges[] = {Of<&DataRowChanges::samples>("samples")};
constexpr Field kDifferenceAnswer[] = {
    Of<&DifferenceAnswer::columns>("columns"), Of<&DifferenceAnswer::samples>("samples"),
    Of<&DifferenceAnswer::added>("added"),     Of<&DifferenceAnswer::removed>("removed"),
    Of<&DifferenceAnswer::changed>("changed"), Of<&DifferenceAnswer::same>("same"),
};
constexpr Field kTreeDifferenceAnswer[] = {
    Of<&TreeDifferenceAnswer::files>("files"),     Of<&TreeDifferenceAnswer::has_more>("has_more"),
    Of<&TreeDifferenceAnswer::added>("added"),     Of<&TreeDifferenceAnswer::removed>("removed"),
    Of<&TreeDifferenceAnswer::changed>("changed"), Of<&TreeDifferenceAnswer::same>("same"),
};
constexpr Field kHeadDataset[] = {
    Of<&HeadDataset::limit>("limit"),
};
constexpr Field kRowsAnswer[] = {
    Of<&RowsAnswer::rows>("rows"),
};
constexpr Field kExportDataset[] = {
    Of<&ExportDataset::format>("format"),
};

}  // namespace

const schema::Message UploadAnswer::kSchema{"UploadAnswer", kUploadAnswer};
const schema::Message DataColumn::kSchema{"DataColumn", kDataColumn};
const schema::Message DataFile::kSchema{"DataFile", kDataFile};
const schema::Message DatasetVersion::kSchema{"DatasetVersion", kDatasetVersion};
const schema::Message Dataset::kSchema{"Dataset", kDataset};
const schema::Message DatasetsAnswer::kSchema{"DatasetsAnswer", kDatasetsAnswer};
const schema::Message DatasetAnswer::kSchema{"DatasetAnswer", kDatasetAnswer};
const schema::Message ListDatasetVersions::kSchema{"ListDatasetVersions", kListDatasetVersions};
const schema::Message DatasetVersionsAnswer::kSchema{"DatasetVersionsAnswer",
                                                     kDatasetVersionsAnswer};
const schema::Message DatasetVersionAnswer::kSchema{"DatasetVersionAnswer", kDatasetVersionAnswer};
const schema::Message UploadedFile::kSchema{"UploadedFile", kUploadedFile};
const schema::Message CommitDataset::kSchema{"CommitDataset", kCommitDataset};
const schema::Message CompareDataset::kSchema{"CompareDataset", kCompareDataset};
const schema::Message DataColumnChange::kSchema{"DataColumnChange", kDataColumnChange};
const schema::Message TreeFile::kSchema{"TreeFile", kTreeFile};
const schema::Message ListTreeFiles::kSchema{"ListTreeFiles", kListTreeFiles};
const schema::Message TreeFilesAnswer::kSchema{"TreeFilesAnswer", kTreeFilesAnswer};
const schema::Message CommitTree::kSchema{"CommitTree", kCommitTree};
const schema::Message ObjectList::kSchema{"ObjectList", kObjectList};
const schema::Message DataRowChange::kSchema{"DataRowChange", kDataRowChange};
const schema::Message DataRowChanges::kSchema{"DataRowChanges", kDataRowChanges};
const schema::Message DifferenceAnswer::kSchema{"DifferenceAnswer", kDifferenceAnswer};
const schema::Message TreeDifferenceAnswer::kSchema{"TreeDifferenceAnswer", kTreeDifferenceAnswer};
const schema::Message HeadDataset::kSchema{"HeadDataset", kHeadDataset};
const schema::Message RowsAnswer::kSchema{"RowsAnswer", kRowsAnswer};
const schema::Message ExportDataset::kSchema{"ExportDataset", kExportDataset};

}  // namespace galley::native
